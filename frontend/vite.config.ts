import { defineConfig } from "vite";

/** Everything is built into the package that serves it; names carry a hash, the manifest says which. */
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/louyu/site/static/louyu",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Phones in a mini-program's web view are years behind.
    target: ["chrome87", "safari14", "firefox78"],
    modulePreload: { polyfill: false },
    rollupOptions: { input: "src/main.ts" },
  },
});
