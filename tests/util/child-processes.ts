/** Child processes that this process holds on to. */
export const childProcesses = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === "ProcessWrap").length;
