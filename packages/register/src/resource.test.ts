import { expect, test } from "vitest";
import { resourceOf } from "./resource.ts";
import { EnvironmentVariables } from "./testing/environment-variables.ts";

const program = { name: "shop", version: "1.2.3" };

test.each<[serviceName: string | undefined, environment: Record<string, string>, told: string]>([
  [undefined, {}, "shop"],
  [undefined, { OTEL_RESOURCE_ATTRIBUTES: "service.name=from%20attributes" }, "from attributes"],
  [
    undefined,
    { OTEL_SERVICE_NAME: "named", OTEL_RESOURCE_ATTRIBUTES: "service.name=from-attributes" },
    "named",
  ],
  [undefined, { OTEL_SERVICE_NAME: "", OTEL_RESOURCE_ATTRIBUTES: "" }, "shop"],
  ["mine", { OTEL_SERVICE_NAME: "named" }, "mine"],
])(
  "a service is called as the program says, else the environment, else its package: %j",
  (name, environment, told) => {
    using _environment = new EnvironmentVariables(environment);

    expect(resourceOf(name, program).attributes["service.name"]).toBe(told);
  },
);

test("the version is that of the package, unless the environment says another one", () => {
  expect(resourceOf(undefined, program).attributes["service.version"]).toBe("1.2.3");
  expect(resourceOf(undefined, { name: "x", version: undefined }).attributes).not.toHaveProperty(
    "service.version",
  );

  using _environment = new EnvironmentVariables({ OTEL_RESOURCE_ATTRIBUTES: "service.version=2.0.0" });
  expect(resourceOf(undefined, program).attributes).toMatchObject({
    "service.name": "shop",
    "service.version": "2.0.0",
  });
});
