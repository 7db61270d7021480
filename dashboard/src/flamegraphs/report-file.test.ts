import { recogniseProfile } from "@holdup/protocol";
import { reportHtml, reportPlace } from "@holdup/recording";
import { expect, test } from "vitest";
import { recordedShop } from "../recorded/testing/recorded-shop.ts";
import { profileText } from "./report-file.ts";

test("a report is opened as the recording in it, whatever is named in that; another file as it is", () => {
  const { recording, cpu } = recordedShop({ name: "</script>" });
  const html = reportHtml(`<!doctype html><body>${reportPlace}</body>`, recording, cpu);

  expect(recogniseProfile(profileText(html))).toEqual({ kind: "recording", content: recording });
  expect(profileText("a;b 12")).toBe("a;b 12");
  expect(() => recogniseProfile(profileText("<!doctype html><p>another page"))).toThrow("neither JSON nor");
});
