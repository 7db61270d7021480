import type { KeptFinding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { issueOf } from "./issue.ts";

const finding: KeptFinding = {
  service: "checkout",
  instance: "i-1",
  id: "deadlock-1",
  kind: "deadlock",
  severity: "error",
  message: "two tasks wait for each other",
  advice: "take the locks in one order",
  primitives: ["accounts", "ledger"],
  sites: [{ functionName: "", filePath: "src/a.ts", lineNumber: 4 }],
  spans: [],
  count: 2,
  firstSeen: Date.UTC(2026, 0, 1),
  lastSeen: Date.UTC(2026, 0, 2),
};

test("an issue says what, where, why and what to change", () => {
  expect(issueOf(finding, "http://127.0.0.1:4318/findings")).toMatchInlineSnapshot(`
    "## Deadlock: \`accounts\`, \`ledger\`

    two tasks wait for each other

    - severity: error
    - service: \`checkout\`
    - seen 2 times, first 2026-01-01T00:00:00.000Z, last 2026-01-02T00:00:00.000Z

    ### Where

    - \`src/a.ts:4\` \`(anonymous)\`

    ### Why it matters

    Each of these tasks holds what another one waits for. None of them will ever go on, and neither will whoever asks for one of these next.

    ### What to change

    take the locks in one order

    Found by Holdup: http://127.0.0.1:4318/findings
    "
  `);
});

test("names of programs are text, whatever is in them", () => {
  const issue = issueOf(
    { ...finding, kind: "of the future" as never, primitives: ["a`b"], message: "<img src=x>" },
    "",
  );

  expect(issue).toContain("## Of the future: `` a`b ``");
  expect(issue).not.toContain("<img");
  expect(issue).not.toContain("Why it matters");
});
