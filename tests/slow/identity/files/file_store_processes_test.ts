import { killAndRead } from "../../../identity/fixtures/kill.ts";
import { folderTest } from "../../../identity/fixtures/support.ts";

folderTest(
  "file store: of ten programs that are killed each leaves a whole file",
  async (folder) => {
    await killAndRead(folder, 10);
  },
);
