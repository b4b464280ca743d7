import { folderTest } from "../identity/fixtures/support.ts";
import { killAndCount } from "./killed.ts";

folderTest("history: what was taken is there after its program was killed", async (folder) => {
  for (let round = 0; round < 3; round++) await killAndCount(folder, 40 + 10 * round);
});
