import fc from "fast-check";
import { expect, test } from "vitest";
import { Interned, nowhere } from "./interned.ts";

const few = fc.uint8Array({ maxLength: 20 });

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

test("what is given for some bytes was set for these bytes and no others, however crowded it is", () => {
  fc.assert(
    fc.property(fc.array(few, { minLength: 1, maxLength: 60 }), (all) => {
      const interned = new Interned<string>({ places: 8, maxBytes: 16 });
      for (const bytes of all) interned.set(viewOf(bytes), 0, bytes.length, bytes.join());
      for (const bytes of all) {
        expect([bytes.join(), undefined]).toContain(interned.get(viewOf(bytes), 0, bytes.length));
      }
      const last = all.at(-1) as Uint8Array;
      const kept = last.length <= 16 ? last.join() : undefined;
      expect(interned.get(viewOf(last), 0, last.length)).toBe(kept);
    }),
  );
});

test("bytes are looked up where they lie in others", () => {
  const view = viewOf(Buffer.from("..holdup.outcome..holdup.outcomes"));
  const interned = new Interned<number>({ places: 8, maxBytes: 32 });

  interned.set(view, 2, 16, 7);

  expect(interned.get(view, 18, 32)).toBe(7);
  expect(interned.get(view, 18, 33)).toBeUndefined();
  const place = interned.find(view, 18, 32);
  expect([interned.at(place), interned.holds(place, view, 2, 16)]).toEqual([7, true]);
  expect([interned.holds(place, view, 1, 15), interned.find(view, 0, 4)]).toEqual([false, nowhere]);
});
