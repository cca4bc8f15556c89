// Starts the compiled program, by whichever name it was called.
// Node 22 and later keep compiled code between starts, which pays at every call; Node 20 has no such thing and goes without.
process.getBuiltinModule?.("node:module").enableCompileCache?.();
import("../dist/main.js").catch((error) => {
  const notBuilt = error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes("dist/main.js'");
  if (!notBuilt) throw error;
  process.stderr.write("podwire: not built yet (there is no dist/main.js). Run: npm run build\n");
  process.exitCode = 1;
});
