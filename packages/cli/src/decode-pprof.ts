import { gunzipSync } from "node:zlib";
import { Profile, type Label, type Sample, type Location } from "pprof-format";
import type { WaitStack } from "@holdup/recording";

/** The stacks of a gzipped pprof profile that an observer made. */
export function decodePprof(bytes: Uint8Array): WaitStack[] {
  const profile = Profile.decode(gunzipSync(bytes));
  const { strings } = profile.stringTable;
  const functions = new Map(profile.function.map((one) => [Number(one.id), one]));
  const locations = new Map(profile.location.map((one) => [Number(one.id), one]));
  const text = (index: unknown): string => strings[Number(index)] ?? "";
  const label = (sample: Sample, key: string): string =>
    text(sample.label.find((one: Label) => text(one.key) === key)?.str);
  const frame = (location: Location | undefined): WaitStack["frames"][number] => {
    const line = location?.line[0];
    const called = functions.get(Number(line?.functionId));
    return {
      functionName: text(called?.name),
      filePath: text(called?.filename),
      lineNumber: Number(line?.line ?? 0),
    };
  };
  return profile.sample.map((sample) => {
    const [contentions, delay] = sample.value;
    // At the root of each stack stands the primitive, which the labels name; what has no file was not looked up.
    const frames = sample.locationId
      .slice(0, -1)
      .map((id) => frame(locations.get(Number(id))))
      .filter(({ filePath }) => filePath !== "");
    return {
      type: label(sample, "type"),
      name: label(sample, "primitive"),
      frames,
      contentions: Number(contentions),
      ms: Number(delay) / 1e6,
    };
  });
}
