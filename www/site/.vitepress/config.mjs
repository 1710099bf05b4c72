export default { srcDir: "/tmp/td/src", outDir: "/tmp/td/site", cacheDir: "/tmp/td/cache", base: "/sub/", title: "x", ignoreDeadLinks: true, themeConfig: { search: { provider: "local" } } };
