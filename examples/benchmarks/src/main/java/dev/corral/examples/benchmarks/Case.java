package dev.corral.examples.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One thing to measure.
 *
 * @param payload how many characters a value has
 * @param virtual whether the threads are virtual ones
 * @param everybody whether also those are measured that do not use Redis
 */
record Case(
    Workload workload, int threads, int payload, Keys keys, boolean virtual, boolean everybody) {

  private static final int SMALL = 100;

  private static Case of(Workload workload, int threads) {
    return new Case(workload, threads, SMALL, Keys.UNIFORM, false, true);
  }

  private static Case onRedis(Workload workload, int threads) {
    return new Case(workload, threads, SMALL, Keys.UNIFORM, false, false);
  }

  /** Every workload once. */
  static List<Case> each() {
    return Arrays.stream(Workload.values()).map(workload -> of(workload, 2)).toList();
  }

  /** The cases of the five minutes, which are too short for everybody in each. */
  static List<Case> quick() {
    return List.of(
        onRedis(Workload.GET_HIT, 1),
        of(Workload.GET_HIT, 32),
        onRedis(Workload.GET_HIT, 128),
        onRedis(Workload.PUT, 1),
        of(Workload.PUT, 32),
        onRedis(Workload.PUT, 128),
        onRedis(Workload.MIXED, 32),
        onRedis(Workload.GET_ASYNC, 1),
        of(Workload.GET_ALL, 8),
        of(Workload.PUT_ALL, 8),
        of(Workload.INVOKE, 1),
        of(Workload.INVOKE, 32));
  }

  /** What depends on how requests are batched and how callers wait. */
  static List<Case> tuning() {
    return List.of(
        onRedis(Workload.GET_HIT, 1),
        onRedis(Workload.GET_HIT, 16),
        onRedis(Workload.GET_HIT, 32),
        onRedis(Workload.GET_HIT, 128),
        onRedis(Workload.PUT, 1),
        onRedis(Workload.PUT, 32),
        onRedis(Workload.MIXED, 32),
        onRedis(Workload.PUT_ALL, 1),
        onRedis(Workload.PUT_ALL, 8),
        onRedis(Workload.PUT_ALL, 32));
  }

  /** All of them. */
  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (Workload workload : Workload.values()) {
      for (int threads : new int[] {1, 8, 32, 128}) {
        cases.add(of(workload, threads));
      }
    }
    for (Workload workload : List.of(Workload.GET_HIT, Workload.PUT)) {
      for (int payload : new int[] {1_024, 16_384}) {
        cases.add(new Case(workload, 32, payload, Keys.UNIFORM, false, true));
      }
      cases.add(new Case(workload, 32, SMALL, Keys.ZIPF, false, true));
      if (VirtualThreads.EXIST) {
        cases.add(new Case(workload, 1_000, SMALL, Keys.UNIFORM, true, true));
      }
    }
    return cases;
  }

  boolean includes(Subject subject) {
    return workload.isPossibleFor(subject) && (everybody || subject.usesRedis());
  }

  /** Whether only its threads tell it from others of its workload. */
  boolean isPlain() {
    return payload == SMALL && keys == Keys.UNIFORM && !virtual;
  }

  String title() {
    StringBuilder title = new StringBuilder(workload.title());
    title.append(threads == 1 ? ", 1 thread" : ", %,d threads".formatted(threads));
    title.append(virtual ? " (virtual)" : "");
    title.append(payload == SMALL ? "" : ", %,d characters".formatted(payload));
    title.append(keys == Keys.ZIPF ? ", Zipf" : "");
    return title.toString();
  }
}
