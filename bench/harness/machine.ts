/**
 * On what is measured.
 *
 * @module
 */

/** What this machine is, a line each: name and value. */
export async function describeMachine(): Promise<readonly (readonly [string, string])[]> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /^model name\s*:\s*(.*)$/m.exec(cpu)?.[1] ?? Deno.build.arch;
  const megahertz = /^cpu MHz\s*:\s*(.*)$/m.exec(cpu)?.[1];
  const { total } = Deno.systemMemoryInfo();
  return [
    [
      "CPU",
      megahertz === undefined ? model : `${model}, ${(Number(megahertz) / 1000).toFixed(1)} GHz`,
    ],
    ["cores", String(navigator.hardwareConcurrency)],
    ["memory", `${(total / 2 ** 30).toFixed(1)} GiB`],
    ["system", `${await distribution()}, Linux ${Deno.osRelease()}, ${Deno.build.arch}`],
    ["open files", `${await openFiles()} a process`],
  ];
}

/** How many files, sockets among them, a process may have open here. */
export async function openFiles(): Promise<number> {
  const limits = await Deno.readTextFile("/proc/self/limits").catch(() => "");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}

/** The cores that this process may run on, as `taskset` takes them. */
export function availableCores(): readonly string[] {
  const status = Deno.readTextFileSync("/proc/self/status");
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => String(first + at));
  });
}

async function distribution(): Promise<string> {
  const text = await Deno.readTextFile("/etc/os-release").catch(() => "");
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? "Linux";
}
