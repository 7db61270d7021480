/**
 * Whether a view could not be loaded. What a page loads later has its content in its name: once a newer version is
 * served, the page that is open asks for files that are gone, and the browser remembers that they failed.
 */
export function isMissingModule({ message }: Error): boolean {
  return /dynamically imported module|Importing a module script failed|Unable to preload CSS/i.test(message);
}
