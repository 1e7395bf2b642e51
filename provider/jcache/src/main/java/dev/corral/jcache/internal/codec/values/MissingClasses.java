package dev.corral.jcache.internal.codec.values;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes that an allow-list does not allow, found in a value or in the declared types of a
 * class, with the place of each. Immutable.
 *
 * @param missing classes that the value contains, or that the declared types name, in the order of
 *     their distance
 * @param possible classes of the application that the value does not contain, but that the declared
 *     types of its fields name
 * @param open types with unknown subclasses: interfaces and abstract classes that are not sealed
 * @param blocked why objects cannot be stored whatever is allowed: lambdas, proxies that have not
 *     been loaded, classes that a pattern refuses
 */
public record MissingClasses(
    List<Place> missing, List<Place> possible, List<Place> open, List<Place> blocked) {

  /** What a message lists at most. */
  private static final int MAX_LISTED = 30;

  /**
   * A class, or a reason, and where it was found.
   *
   * @param name the name of the class, or the reason
   * @param path the path of fields that leads to it, such as {@code lines[0].product}; empty for
   *     the value or class itself
   */
  public record Place(String name, String path) {
    @Override
    public String toString() {
      return path.isEmpty() ? name : name + " (" + path + ")";
    }
  }

  /** Copies the lists. */
  public MissingClasses {
    missing = List.copyOf(missing);
    possible = List.copyOf(possible);
    open = List.copyOf(open);
    blocked = List.copyOf(blocked);
  }

  /**
   * The classes that must be allowed to store objects of a class, found by the declared types of
   * its fields; without an object, and without initializing a class.
   */
  public static MissingClasses ofType(Class<?> type, AllowList allowList) {
    TypeWalk walk = new TypeWalk(allowList);
    walk.start(type, "");
    return new MissingClasses(walk.missing(), List.of(), walk.open(), walk.blocked());
  }

  /**
   * The classes of a value that must be allowed to store it.
   *
   * @param refused the class at which writing has failed
   */
  static MissingClasses ofValue(Object value, RefusedClassException refused, AllowList allowList) {
    ValueWalk walk = new ValueWalk(allowList);
    walk.start(value);
    List<Place> missing = new ArrayList<>(walk.missing());
    List<Place> blocked = new ArrayList<>(walk.blocked());
    String name = AllowList.elementOf(refused.type()).getName();
    if (!allowList.isAllowable(refused.type())) {
      if (blocked.isEmpty()) {
        blocked.add(new Place(String.valueOf(refused.getMessage()), ""));
      }
    } else if (missing.stream().noneMatch(place -> place.name().equals(name))) {
      missing.add(new Place(name, "in the Java serialization of an object"));
    }
    TypeWalk declared = new TypeWalk(allowList);
    walk.types().forEach(declared::start);
    List<String> known = missing.stream().map(Place::name).toList();
    List<Place> possible =
        declared.missing().stream()
            .filter(place -> !known.contains(place.name()))
            .filter(place -> !ShortestPatterns.isOfLibrary(place.name()))
            .toList();
    return new MissingClasses(missing, possible, List.of(), blocked);
  }

  /** The shortest list of patterns that allows all classes, also the possible ones. */
  public List<String> patterns() {
    return ShortestPatterns.of(
        Stream.concat(missing.stream(), possible.stream()).map(Place::name).toList());
  }

  /** The message for a value that was refused. */
  String message(Class<?> valueType) {
    StringBuilder text = new StringBuilder();
    if (missing.size() == 1) {
      text.append("Class %s is not allowed in this cache: ".formatted(missing.get(0)));
    } else if (!missing.isEmpty()) {
      text.append(
          "%d classes of a value of class %s are not allowed in this cache: "
              .formatted(missing.size(), valueType.getName()));
    }
    if (!missing.isEmpty()) {
      List<String> patterns = patterns();
      text.append(
          "add the pattern%s %s to allowed-classes (CorralConfiguration.allowedClasses)"
              .formatted(patterns.size() == 1 ? "" : "s", quoted(patterns)));
      if (missing.size() > 1) {
        text.append(". Missing: ").append(listed(missing));
      }
      if (!possible.isEmpty()) {
        text.append(". By their types, its fields may also hold: ").append(listed(possible));
      }
    }
    if (!blocked.isEmpty()) {
      text.append(text.isEmpty() ? "" : ". No pattern helps against this: ");
      text.append(blocked.stream().map(Place::toString).collect(Collectors.joining("; ")));
    }
    return text.toString();
  }

  private static String quoted(Collection<String> patterns) {
    return patterns.stream().map(each -> "'" + each + "'").collect(Collectors.joining(", "));
  }

  private static String listed(List<Place> places) {
    @Nullable String rest =
        places.size() > MAX_LISTED ? ", and %d more".formatted(places.size() - MAX_LISTED) : null;
    String listed =
        places.stream().limit(MAX_LISTED).map(Place::toString).collect(Collectors.joining(", "));
    return rest == null ? listed : listed + rest;
  }
}
