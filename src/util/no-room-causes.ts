/** Why there is no room for a file, by the code of the system's error. */
export const NO_ROOM_CAUSES = Object.freeze({
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than is allowed (ulimit -f)",
});
