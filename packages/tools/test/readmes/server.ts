export * from "./server1.js"
