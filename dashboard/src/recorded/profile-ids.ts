/** What a recording has flamegraphs of, besides its waits line by line: its waiting by whole stacks, and the processor's time. */
export const stacksProfileId = "recording";
export const processorProfileId = "processor";
