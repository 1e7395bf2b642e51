package dev.corral.spring.tests;

import dev.corral.spring.InvalidateTags;
import jakarta.persistence.EntityManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Cached methods over the database. */
@Service
public class Library {

  private final EntityManager entities;
  private final Executions executions;

  /** Counts in {@code executions}. */
  public Library(EntityManager entities, Executions executions) {
    this.entities = entities;
    this.executions = executions;
  }

  /** An entity with a loaded collection. */
  @Cacheable("entity")
  @Transactional(readOnly = true)
  public Author author(int id) {
    String stamp = executions.run("entity", id);
    return entities
        .createQuery("select a from Author a join fetch a.books where a.id = :id", Author.class)
        .setParameter("id", id)
        .getSingleResult()
        .stamped(stamp);
  }

  /** The name of an author. */
  @Cacheable("names")
  public String name(int id) {
    return find(id).getName();
  }

  /** The name of an author. */
  @Cacheable(cacheNames = "names", sync = true)
  public String nameSync(int id) {
    return find(id).getName();
  }

  /** Changes the database only. */
  public void update(int id, String name) {
    find(id).setName(name);
  }

  /** Changes the database and the cache. */
  @CachePut(cacheNames = "names", key = "#id")
  public String rename(int id, String name) {
    find(id).setName(name);
    return name;
  }

  /** Removes the name from the cache. */
  @CacheEvict("names")
  public void forget(int id) {}

  /** Removes the name from the cache before the method runs. */
  @CacheEvict(cacheNames = "names", beforeInvocation = true)
  public void forgetBefore(int id) {}

  /** Removes the name from the cache by its tag. */
  @InvalidateTags(cacheNames = "names", tags = "'author:' + #id")
  public void forgetTag(int id) {}

  /** Removes all names from the cache. */
  @CacheEvict(cacheNames = "names", allEntries = true)
  public void forgetAll() {}

  private Author find(int id) {
    return entities.find(Author.class, id);
  }
}
