package dev.corral.jcache.internal.codec.values;

import dev.corral.jcache.internal.codec.values.MissingClasses.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the classes that a walk has found, and asks the allow-list about each once. */
final class FoundClasses {

  /** How many places of objects that cannot be stored for the same reason are noted. */
  private static final int MAX_PATHS = 10;

  private final AllowList allowList;
  private final Map<String, Place> missing = new LinkedHashMap<>();
  private final Map<String, List<String>> blocked = new LinkedHashMap<>();

  FoundClasses(AllowList allowList) {
    this.allowList = allowList;
  }

  /** Notes a class at a place. */
  void add(Class<?> type, String path) {
    if (allowList.allows(type)) {
      return;
    }
    Class<?> element = AllowList.elementOf(type);
    if (allowList.isAllowable(type)) {
      missing.putIfAbsent(element.getName(), new Place(element.getName(), path));
    } else {
      block(allowList.refusal(type), path);
    }
  }

  /** Notes that an object cannot be stored. */
  void block(String reason, String path) {
    List<String> paths = blocked.computeIfAbsent(reason, any -> new ArrayList<>());
    if (paths.size() < MAX_PATHS) {
      paths.add(path);
    }
  }

  List<Place> missing() {
    return new ArrayList<>(missing.values());
  }

  List<Place> blocked() {
    List<Place> places = new ArrayList<>();
    blocked.forEach((reason, paths) -> places.add(new Place(reason, String.join(", ", paths))));
    return places;
  }
}
