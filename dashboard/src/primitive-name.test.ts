import { expect, test } from "vitest";
import { nameTitle } from "./primitive-name.tsx";

test("a masked name says that it stands for several", () => {
  expect(nameTitle("cart-*")).toBe("cart-*\nnames that tell one of many apart are shown together");
  expect(nameTitle("carts")).toBe("carts");
});
