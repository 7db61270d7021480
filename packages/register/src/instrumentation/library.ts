import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
  type InstrumentationConfig,
} from "@opentelemetry/instrumentation";
import { scopeName } from "@holdup/protocol";
import { version } from "../version.ts";
import { Patches } from "./patches.ts";

/** A module, and the versions of it that are known. */
export interface LibraryModule {
  readonly name: string;
  readonly versions: readonly string[];
  /** Files within it, CommonJS, that are wrapped, too: their paths, with the module's name. */
  readonly files?: Readonly<Record<string, Wrap>>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- each library knows what it looks like
type Wrap = (exports: any, patches: Patches) => unknown;

/** A library whose locks, limiters or pools can be shown without touching it. */
export interface Library {
  /** What it is called in settings: its name on npm. */
  readonly name: string;
  /** The modules that are hooked. @default one of that name, whatever its version */
  readonly modules?: readonly LibraryModule[];
  /**
   * Wraps what was loaded; called once for each form of it (ES module, CommonJS) and module. Returns the exports to hand
   * on, if they are to be others.
   *
   * @param exports a namespace that can be written, a function or an object
   */
  readonly wrap?: Wrap;
  /** Wraps what is there without being loaded: parts of Node itself. */
  readonly wrapNode?: (patches: Patches) => void;
}

interface LibraryConfig extends InstrumentationConfig {
  readonly library: Library;
  readonly patches: Patches;
}

/** Wraps a library when the program loads it, and unwraps it when disabled. */
export class LibraryInstrumentation extends InstrumentationBase<LibraryConfig> {
  constructor(library: Library) {
    // No fields of its own: the base class calls `init` before there would be any.
    super(`${scopeName}/${library.name}`, version, { enabled: false, library, patches: new Patches() });
  }

  override enable(): void {
    if (this.isEnabled()) return;
    super.enable();
    const { library, patches } = this.getConfig();
    library.wrapNode?.(patches);
  }

  override disable(): void {
    if (!this.isEnabled()) return;
    super.disable();
    this.getConfig().patches.undo();
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const { library, patches } = this.getConfig();
    const { wrap } = library;
    if (wrap === undefined) return [];
    const modules: readonly LibraryModule[] = library.modules ?? [{ name: library.name, versions: ["*"] }];
    return modules.map(({ name, versions, files = {} }) => {
      const within = Object.entries(files).map(
        ([path, wrapFile]) =>
          new InstrumentationNodeModuleFile(path, [...versions], wrapper(wrapFile, patches), () => {}),
      );
      return new InstrumentationNodeModuleDefinition(
        name,
        [...versions],
        wrapper(wrap, patches),
        () => {},
        within,
      );
    });
  }
}

function wrapper(wrap: Wrap, patches: Patches): (exports: unknown) => unknown {
  return (exports) => (isWrappable(exports) ? (wrap(exports, patches) ?? exports) : exports);
}

function isWrappable(exports: unknown): boolean {
  return (typeof exports === "object" && exports !== null) || typeof exports === "function";
}
