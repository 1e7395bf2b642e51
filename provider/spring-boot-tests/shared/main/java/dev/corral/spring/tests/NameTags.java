package dev.corral.spring.tests;

import dev.corral.jcache.EntryTags;
import dev.corral.spring.ForCache;
import java.util.List;
import org.springframework.stereotype.Component;

/** The tag of a cached name: its author. */
@Component
@ForCache("names")
class NameTags implements EntryTags<Integer, String> {

  @Override
  public List<String> tagsOf(Integer id, String name) {
    return List.of("author:" + id);
  }
}
