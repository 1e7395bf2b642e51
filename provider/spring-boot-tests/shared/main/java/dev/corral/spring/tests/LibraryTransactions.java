package dev.corral.spring.tests;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs steps of the {@link Library} in one transaction. */
@Service
class LibraryTransactions implements ApplicationRunner {

  /** The number of authors in the database; their ids begin with 0. */
  static final int AUTHORS = 20;

  private final Library library;
  private final EntityManager entities;
  private final TransactionTemplate transaction;

  LibraryTransactions(
      Library library, EntityManager entities, PlatformTransactionManager transactions) {
    this.library = library;
    this.entities = entities;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Fills the database. */
  @Override
  public void run(ApplicationArguments arguments) {
    transaction.executeWithoutResult(
        status ->
            IntStream.range(0, AUTHORS)
                .forEach(
                    id -> {
                      Author author = new Author(id, "author " + id);
                      author.write(2 * id, "first of " + id);
                      author.write(2 * id + 1, "second of " + id);
                      entities.persist(author);
                    }));
  }

  /** Runs the steps for one author, then commits or rolls back. */
  void run(int id, List<String> steps, boolean commit) {
    transaction.executeWithoutResult(
        status -> {
          for (String step : steps) {
            run(id, step);
          }
          if (!commit) {
            status.setRollbackOnly();
          }
        });
  }

  private void run(int id, String step) {
    switch (step) {
      case "update" -> library.update(id, "updated");
      case "rename" -> library.rename(id, "renamed");
      case "read" -> library.name(id);
      case "readSync" -> library.nameSync(id);
      case "forget" -> library.forget(id);
      case "forgetTag" -> library.forgetTag(id);
      case "forgetBefore" -> library.forgetBefore(id);
      case "forgetAll" -> library.forgetAll();
      default -> throw new IllegalArgumentException(step);
    }
  }
}
