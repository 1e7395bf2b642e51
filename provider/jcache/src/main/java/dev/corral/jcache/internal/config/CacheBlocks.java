package dev.corral.jcache.internal.config;

import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The blocks of settings for caches, in all places. A setting of a cache has the value of the first
 * of these blocks that has the setting:
 *
 * <ol>
 *   <li>the block of the cache in {@code caches}
 *   <li>the blocks there whose pattern matches its name, the most specific pattern first
 *   <li>{@code defaults}
 *   <li>the defaults of Corral
 * </ol>
 *
 * <p>The template of a block comes directly after it. Within one block, the place of highest
 * precedence wins.
 */
final class CacheBlocks {

  private static final String TEMPLATE = "template";
  private static final String TIME_TO_LIVE = "time-to-live";
  private static final String POLICY = "expiry.policy";
  private static final String MAX_ENTRIES = "near-cache.max-entries";
  private static final String MAX_BYTES = "near-cache.max-bytes";

  /** The most specific pattern first: that with the most characters besides the wildcards. */
  private static final Comparator<String> SPECIFIC_FIRST =
      Comparator.<String>comparingInt(it -> -it.replace("*", "").length())
          .thenComparingInt(it -> -it.indexOf('*'))
          .thenComparing(Comparator.naturalOrder());

  /** The places, from highest to lowest precedence. */
  private final List<SettingsLayer> layers;

  CacheBlocks(List<SettingsLayer> layers) {
    this.layers = List.copyOf(layers);
  }

  /** The names in {@code caches} that are no patterns, in alphabetical order. */
  SortedSet<String> declaredCaches() {
    return names(KnownSettings.CACHES).stream()
        .filter(it -> !isPattern(it))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The names and patterns in {@code caches}, in alphabetical order. */
  SortedSet<String> names(String kind) {
    return layers.stream()
        .flatMap(it -> it.names(kind).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isPattern(String name) {
    return name.indexOf('*') >= 0;
  }

  /**
   * All values of each setting of a cache, beginning with the most specific one.
   *
   * @throws IllegalArgumentException if a template is unknown or includes itself
   */
  Map<String, List<SettingValue>> settingsOfCache(String name) {
    List<Map<String, SettingValue>> blocks = new ArrayList<>();
    addBlock(KnownSettings.CACHES, name, new LinkedHashSet<>(), blocks);
    names(KnownSettings.CACHES).stream()
        .filter(it -> isPattern(it) && !it.equals(name) && matches(it, name))
        .sorted(SPECIFIC_FIRST)
        .forEach(it -> addBlock(KnownSettings.CACHES, it, new LinkedHashSet<>(), blocks));
    return withDefaults(blocks);
  }

  /** The same for a template alone, to check it. */
  Map<String, List<SettingValue>> settingsOfTemplate(String name) {
    List<Map<String, SettingValue>> blocks = new ArrayList<>();
    addBlock(KnownSettings.TEMPLATES, name, new LinkedHashSet<>(), blocks);
    return withDefaults(blocks);
  }

  private Map<String, List<SettingValue>> withDefaults(List<Map<String, SettingValue>> blocks) {
    addBlock(KnownSettings.DEFAULTS, "", new LinkedHashSet<>(), blocks);
    blocks.forEach(CacheBlocks::completeExpiry);
    blocks.forEach(CacheBlocks::completeNearCache);
    Map<String, List<SettingValue>> all = new LinkedHashMap<>();
    Reference.OF_CACHE.forEach(
        (name, setting) ->
            all.put(
                name,
                Stream.concat(
                        blocks.stream().filter(it -> it.containsKey(name)).map(it -> it.get(name)),
                        Stream.of(setting.value()))
                    .toList()));
    return all;
  }

  private void addBlock(
      String kind, String name, Set<String> templates, List<Map<String, SettingValue>> to) {
    Map<String, SettingValue> block = new HashMap<>();
    for (SettingsLayer layer : layers) {
      layer.block(kind, name).forEach(block::putIfAbsent);
    }
    to.add(block);
    SettingValue template = block.get(TEMPLATE);
    if (template != null) {
      String named = new SettingsReader(Map.of(TEMPLATE, List.of(template))).named(TEMPLATE);
      if (named != null) {
        if (!templates.add(named)) {
          throw SettingsReader.wrong(template, "a template that does not include itself", null);
        }
        requireTemplate(named, template);
        addBlock(KnownSettings.TEMPLATES, named, templates, to);
      }
    }
  }

  private void requireTemplate(String name, SettingValue from) {
    Set<String> known = names(KnownSettings.TEMPLATES);
    boolean isKnown =
        known.contains(name)
            || layers.stream().anyMatch(it -> !it.block(KnownSettings.TEMPLATES, name).isEmpty());
    if (!isKnown) {
      throw SettingsReader.wrong(from, "the name of a template: " + String.join(", ", known), null);
    }
  }

  /**
   * {@code time-to-live} also sets the times for creation and update that its block does not have.
   * Times replace an expiry policy of a less specific block.
   */
  private static void completeExpiry(Map<String, SettingValue> block) {
    SettingValue time = block.get(TIME_TO_LIVE);
    if (time != null) {
      boolean isEternal = "eternal".equals(time.value().unwrapped());
      block.putIfAbsent("expiry.creation", time);
      block.putIfAbsent("expiry.update", isEternal ? replaced(time, "unchanged") : time);
    }
    SettingValue any =
        Stream.of("expiry.creation", "expiry.update", "expiry.access")
            .flatMap(it -> Optional.ofNullable(block.get(it)).stream())
            .findFirst()
            .orElse(null);
    SettingValue policy = block.get(POLICY);
    if (any != null && policy == null) {
      block.put(POLICY, replaced(any, "none"));
    } else if (any != null && !"none".equals(policy == null ? null : policy.value().unwrapped())) {
      throw SettingsReader.wrong(any, "absent, because the same block has an expiry.policy", null);
    }
  }

  /** A block that has one of the bounds of the near cache sets the other one to 0. */
  private static void completeNearCache(Map<String, SettingValue> block) {
    SettingValue entries = block.get(MAX_ENTRIES);
    SettingValue bytes = block.get(MAX_BYTES);
    if (entries == null && bytes != null) {
      block.put(MAX_ENTRIES, replaced(bytes, 0));
    } else if (bytes == null && entries != null) {
      block.put(MAX_BYTES, replaced(entries, 0));
    }
  }

  private static SettingValue replaced(SettingValue by, Object value) {
    return new SettingValue(
        by.path(), ConfigValueFactory.fromAnyRef(value).withOrigin(by.value().origin()));
  }

  /** Whether a pattern, in which {@code *} is any text, matches a name. */
  static boolean matches(String pattern, String name) {
    String regex =
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
  }
}
