import { register as registerAsync } from "node:module";
import { register, supportsSyncHooks } from "import-in-the-middle/register-hooks.mjs";

let installed = false;

/**
 * Has ES modules with these names pass through the hooks of instrumentations, and no others. Modules that are loaded
 * already stay as they are. Installed once for a process: hooks can't be taken out.
 */
export function installLoader(modules: readonly string[]): void {
  if (installed) return;
  installed = true;
  const include = [...modules];
  // Where Node can't do it on the program's own thread it does so on another, and every import takes longer.
  if (supportsSyncHooks()) register({ include });
  else registerAsync("@opentelemetry/instrumentation/hook.mjs", import.meta.url, { data: { include } });
}
