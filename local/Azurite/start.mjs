// Runs Azurite in this process. The app ends it by closing its standard input, which the system also does when the
// app is killed, so that Azurite never outlives the app and always saves its metadata.
import { createRequire } from "node:module";

const shutdownDeadlineMs = 10_000;

// Telemetry is off, and loading what it would need takes longer than everything else: an empty module stands in.
const azurite = createRequire(createRequire(import.meta.url).resolve("azurite/package.json"));
const telemetry = azurite.resolve("applicationinsights");
azurite.cache[telemetry] = { id: telemetry, filename: telemetry, loaded: true, children: [], exports: {} };

const once = process.once.bind(process);
let close = () => process.exit(0);
process.once = (event, listener) => {
  // Ctrl-C reaches every process of the terminal, but storage must stay until the app has stopped.
  if (event === "SIGINT") return process;
  if (event === "SIGTERM") close = listener;
  return once(event, listener);
};
process.on("SIGINT", () => {});

process.stdin.on("end", () => {
  setTimeout(() => process.exit(1), shutdownDeadlineMs).unref();
  close();
});
process.stdin.resume();

await import("azurite/dist/src/azurite.js");
