// The examples test themselves; this runs them with the suite.
import "../examples/application.test.js"
