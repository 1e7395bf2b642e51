/**
 * Corral beside its peers, in one run on one Redis.
 *
 * <p>{@link dev.corral.examples.benchmarks.Benchmarks} measures {@code Case}s, each of which is a
 * {@code Workload} under a number of threads, with every {@code Subject} in turn, and hands the
 * results to the {@code Report}.
 */
@NullMarked
package dev.corral.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
