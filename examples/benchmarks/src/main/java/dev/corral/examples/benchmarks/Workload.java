package dev.corral.examples.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What each thread does again and again. */
enum Workload {
  GET_HIT("get, hit"),
  GET_MISS("get, miss"),
  PUT("put"),
  MIXED("90 % get, 10 % put"),
  GET_ALL("getAll of 100"),
  PUT_ALL("putAll of 100"),
  INVOKE("invoke that gets and sets"),
  PUT_IF_ABSENT("putIfAbsent of a present key"),
  GET_ASYNC("32 gets in flight, hits");

  static final int BULK = 100;

  /** As many as the threads of most cases. */
  private static final int IN_FLIGHT = 32;

  private final String title;

  Workload(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Does it once. */
  void run(Subject subject, Keys keys, String value, Random random) {
    switch (this) {
      case GET_HIT -> require(subject.get(keys.next(random)) != null);
      case GET_MISS -> require(subject.get("missing" + keys.next(random)) == null);
      case PUT -> subject.put(keys.next(random), value);
      case MIXED -> {
        if (random.nextInt(10) == 0) {
          subject.put(keys.next(random), value);
        } else {
          require(subject.get(keys.next(random)) != null);
        }
      }
      case GET_ALL -> {
        Set<String> wanted = new HashSet<>();
        while (wanted.size() < BULK) {
          wanted.add(keys.next(random));
        }
        require(subject.getAll(wanted).size() == BULK);
      }
      case PUT_ALL -> {
        Map<String, String> entries = new HashMap<>();
        while (entries.size() < BULK) {
          entries.put(keys.next(random), value);
        }
        subject.putAll(entries);
      }
      case INVOKE -> subject.invoke(keys.next(random));
      case GET_ASYNC -> {
        List<CompletableFuture<@Nullable String>> all = new ArrayList<>(IN_FLIGHT);
        for (int i = 0; i < IN_FLIGHT; i++) {
          all.add(subject.getAsync(keys.next(random)).toCompletableFuture());
        }
        all.forEach(it -> require(it.join() != null));
      }
      case PUT_IF_ABSENT -> require(!subject.putIfAbsent(keys.next(random), value));
    }
  }

  boolean isPossibleFor(Subject subject) {
    return switch (this) {
      case INVOKE -> subject.invokes();
      case GET_ASYNC -> subject.isAsynchronous();
      default -> true;
    };
  }

  private void require(boolean right) {
    if (!right) {
      throw new IllegalStateException("a wrong answer to " + title);
    }
  }
}
