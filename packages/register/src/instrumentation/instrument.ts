import { allLibraries } from "./all-libraries.ts";
import { LibraryInstrumentation, type Library } from "./library.ts";
import { installLoader } from "./loader.ts";

/**
 * Wraps libraries of these names as soon as the program loads them. Disposing unwraps them: what the program made
 * meanwhile goes on as it is.
 */
export function instrument(names: readonly string[]): Disposable {
  const libraries = allLibraries.filter(({ name }) => names.includes(name));
  const modules = libraries.flatMap(modulesOf);
  if (modules.length > 0) installLoader(allLibraries.flatMap(modulesOf));
  const instrumentations = libraries.map((library) => new LibraryInstrumentation(library));
  for (const instrumentation of instrumentations) instrumentation.enable();
  return {
    [Symbol.dispose]() {
      for (const instrumentation of instrumentations) instrumentation.disable();
    },
  };
}

function modulesOf({ name, modules, wrap }: Library): string[] {
  if (wrap === undefined) return [];
  return modules === undefined ? [name] : modules.map((module) => module.name);
}
