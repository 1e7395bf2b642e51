/**
 * The chaos suite: several JVMs with Corral against a Redis that fails, by a plan from a seed.
 *
 * <p>{@link dev.corral.examples.chaos.Chaos} runs sessions, one for each {@code Topology}. A {@code
 * Session} has servers ({@code Deployment}), relays between them and the clients ({@code Network}),
 * a {@code Database} and the JVMs ({@code WorkerProcess}, whose main class is {@code Worker}). Each
 * {@code Round} of a session injects the faults of a {@code FaultPlan} while the workers record a
 * history, then checks it.
 */
@NullMarked
package dev.corral.examples.chaos;

import org.jspecify.annotations.NullMarked;
