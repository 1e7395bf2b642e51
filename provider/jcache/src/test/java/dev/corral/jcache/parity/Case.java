package dev.corral.jcache.parity;

import java.util.ArrayList;
import java.util.List;

/**
 * One operation on entries in one state.
 *
 * @param number makes the keys of the case unique
 */
record Case(Setup setup, Operation operation, Prior prior, Trouble trouble, int number) {

  /** The entry of the first key before the operation. */
  enum Prior {
    ABSENT,
    LIVE,
    EXPIRED
  }

  /** How loader and writer treat the keys. */
  enum Trouble {
    NONE,
    /** The loader has no value. */
    UNKNOWN,
    /** Loader and writer throw. */
    FAILS
  }

  List<String> keys() {
    String marker =
        switch (trouble) {
          case NONE -> "";
          case UNKNOWN -> UserCode.UNKNOWN;
          case FAILS -> UserCode.FAILS;
        };
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < operation.keys(); i++) {
      keys.add("k" + number + (char) ('a' + i) + marker);
    }
    return keys;
  }

  List<String> preparedKeys() {
    return keys().subList(0, operation.prepared());
  }

  @Override
  public String toString() {
    return "%s on %s, %s%s%s%s"
        .formatted(
            operation.name(),
            prior,
            setup.lifetimes(),
            setup.readThrough() ? ", read-through" : "",
            setup.writeThrough() ? ", write-through" : "",
            trouble == Trouble.NONE ? "" : ", user code: " + trouble);
  }
}
