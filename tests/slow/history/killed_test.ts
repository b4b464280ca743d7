import { killAndCount } from "../../history/killed.ts";
import { folderTest } from "../../identity/fixtures/support.ts";

folderTest(
  "history: what was taken is there, however often its program was killed",
  async (folder) => {
    for (let round = 0; round < 30; round++) {
      await killAndCount(
        folder,
        1 + Math.floor(300 * Math.random()),
      );
    }
  },
);
