declare namespace NodeJS {
  interface ProcessEnv {
    /** Which of Next's runtimes a bundle is for; the bundler replaces it, so it must be written as a property. */
    readonly NEXT_RUNTIME?: "nodejs" | "edge";
  }
}
