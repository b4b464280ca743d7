import { together } from "../support/together.ts";

await together("noise");
