import { expect, test } from "vitest";
import { detailPath } from "./detail-path.ts";

test("a primitive is asked for by its service, name and type, whatever they contain", () => {
  expect(detailPath({ service: "my shop", primitive: { name: "a/b?c#d", type: "lock&co" } })).toBe(
    "/api/primitives/my%20shop/a%2Fb%3Fc%23d?type=lock%26co",
  );
});

test("one without a type is asked for without it", () => {
  expect(detailPath({ service: "shop", primitive: { name: "a", type: "" } })).toBe("/api/primitives/shop/a");
});
