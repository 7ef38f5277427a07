import { defineConfig } from "vitest/config";

// Made beside the bridge's classes, so that its jar serves it.
const built = "../../../../target/classes/console";

export default defineConfig({
  root: "console",
  base: "./",
  build: {
    outDir: built,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The module for other pages is one file under one name; the page itself imports it too.
      input: { console: "console/index.html", "sideband-web": "sideband-web/index.ts" },
      preserveEntrySignatures: "allow-extension",
      output: {
        entryFileNames: ({ name }) => (name === "sideband-web" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: { proxy: { "/sideband.v1.Conversation": process.env["SIDEBAND_BRIDGE"] ?? "http://127.0.0.1:8080" } },
  test: { root: ".", include: ["{sideband-web,console}/**/*.test.ts"], testTimeout: 10_000 },
});
