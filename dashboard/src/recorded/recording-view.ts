import { view, type View } from "../view.ts";

/** In a report it stands where the dashboard has its setup. */
export const recordingView: View = view({
  key: "recording",
  path: "recording",
  title: "Recording",
  icon: "info",
  shortcut: "s",
  worksEmpty: true,
  load: async () => ({ Page: (await import("./recording.tsx")).RecordingFacts }),
});
