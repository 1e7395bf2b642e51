/** The snippets of README.md and docs: compiled, parsed and run. */
@NullMarked
package dev.corral.examples.docs;

import org.jspecify.annotations.NullMarked;
