import js from "@eslint/js";
import tseslint from "typescript-eslint";

const AMBIENT = "Decide purely: time, randomness and ids are arguments here.";

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".next/",
      "generated/",
      "public/",
      ".geostitch*/",
      "next-env.d.ts",
      "test-results/",
      "playwright-report/",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true, IIFEs: true }],
      "max-params": ["error", 4],
      "no-console": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-unnecessary-condition": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["server/*/domain/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", { name: "process", message: AMBIENT }, { name: "performance", message: AMBIENT }],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: AMBIENT },
        { object: "Math", property: "random", message: AMBIENT },
        { object: "crypto", property: "randomUUID", message: AMBIENT },
      ],
      "no-restricted-syntax": ["error", { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: AMBIENT }],
    },
  },
  {
    // A screen is one piece of markup: its length is layout, not logic. Logic goes to `prepare.ts`, where the limit holds.
    files: ["**/*.tsx"],
    rules: { "max-lines-per-function": ["error", { max: 160, skipBlankLines: true, skipComments: true, IIFEs: true }] },
  },
  {
    // A describe block is a list of guarantees, not a function to follow.
    files: ["**/*.test.ts", "**/*.test.tsx", "**/*.spec.ts", "**/*.conformance.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    // These speak to a person on a terminal.
    files: ["server/processes/**", "scripts/**", "bench/**", "server/testing/**"],
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.mjs", "**/*.js", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        Buffer: "readonly",
        module: "writable",
        require: "readonly",
        fetch: "readonly",
        performance: "readonly",
        WebAssembly: "readonly",
        globalThis: "readonly",
        crypto: "readonly",
      },
    },
  },
);
