import encodeQR from "npm:qr@0.7.0";

/** What lies above one another in a character cell, from the top: dark or light. */
const CELLS: Readonly<Record<string, string>> = { "00": "█", "01": "▀", "10": "▄", "11": " " };

/**
 * A text as a QR code (ISO/IEC 18004) of half blocks, two modules to a character, with its quiet zone.
 * Light modules are drawn, so that it is the right way round on a dark terminal; scanners read both.
 */
export function qrCode(text: string): string {
  const modules = encodeQR(text, "raw", { ecc: "low", border: 2 });
  const rows: string[] = [];
  for (let y = 0; y < modules.length; y += 2) {
    const above = modules[y] ?? [];
    const below = modules[y + 1] ?? above.map(() => true);
    rows.push(above.map((isDark, x) => CELLS[`${Number(isDark)}${Number(below[x])}`]).join(""));
  }
  return rows.join("\n");
}
