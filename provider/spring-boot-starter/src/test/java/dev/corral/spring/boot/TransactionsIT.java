package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corral.spring.boot.Library.Book;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Caches in transactions: changes after the commit, none after a rollback. */
final class TransactionsIT {

  /** Transactions without a database. */
  static final class NoTransactions extends AbstractPlatformTransactionManager {
    private static final long serialVersionUID = 1L;

    @Override
    protected Object doGetTransaction() {
      return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {}

    @Override
    protected void doCommit(DefaultTransactionStatus status) {}

    @Override
    protected void doRollback(DefaultTransactionStatus status) {}

    @Override
    protected boolean isExistingTransaction(Object transaction) {
      return TransactionSynchronizationManager.isActualTransactionActive();
    }

    @Override
    protected Object doSuspend(Object transaction) {
      return transaction;
    }

    @Override
    protected void doResume(@Nullable Object transaction, Object suspended) {}
  }

  private static OwnRedis redis;

  private final NoTransactions transactions = new NoTransactions();

  @BeforeAll
  static void startRedis() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  /** The service and its cache, which has a value for Emma. */
  private record Shop(Library library, Cache cache) {}

  private static void run(String prefix, Consumer<Shop> test) {
    Applications.of(
            Library.Beans.class,
            redis.property(),
            "corral.redis.key-prefix=" + prefix,
            "corral.spring.transaction-aware=true")
        .run(
            context -> {
              Library library = context.getBean(Library.class);
              library.plain("Emma");
              CacheManager manager = context.getBean(CacheManager.class);
              test.accept(new Shop(library, Objects.requireNonNull(manager.getCache("plain"))));
            });
  }

  private void inTransaction(boolean commits, Runnable work) {
    new TransactionTemplate(transactions)
        .executeWithoutResult(
            status -> {
              work.run();
              if (!commits) {
                status.setRollbackOnly();
              }
            });
  }

  /** What another thread, without the transaction, finds. */
  private static @Nullable Object found(Shop shop, String title) {
    return CompletableFuture.<@Nullable Object>supplyAsync(
            () -> shop.cache().get(title, Object.class))
        .join();
  }

  @Test
  void changes_inATransaction_areMadeAfterTheCommit() {
    run(
        "commit:",
        shop -> {
          inTransaction(
              true,
              () -> {
                shop.library().evict("Emma");
                shop.library().put("Persuasion");
                shop.library().plain("Sanditon");
                assertThat(shop.cache().get("Emma")).as("in the transaction").isNull();
                assertThat(shop.cache().get("Persuasion", Book.class))
                    .isEqualTo(new Book("Persuasion", 1000));
                assertThat(found(shop, "Emma")).as("outside").isEqualTo(new Book("Emma", 1));
                assertThat(found(shop, "Persuasion")).isNull();
                assertThat(found(shop, "Sanditon")).isNull();
              });

          assertThat(found(shop, "Emma")).isNull();
          assertThat(found(shop, "Persuasion")).isEqualTo(new Book("Persuasion", 1000));
          assertThat(found(shop, "Sanditon")).isEqualTo(new Book("Sanditon", 2));
        });
  }

  @Test
  void changes_inATransactionThatIsRolledBack_leaveNoTrace() {
    run(
        "rollback:",
        shop -> {
          inTransaction(
              false,
              () -> {
                shop.library().evict("Emma");
                shop.library().put("Persuasion");
                shop.library().plain("Sanditon");
                shop.library().sync("Sanditon");
                shop.library().future("Lady Susan").join();
                shop.library().evictAll();
              });

          assertThat(found(shop, "Emma")).isEqualTo(new Book("Emma", 1));
          assertThat(found(shop, "Persuasion")).isNull();
          assertThat(found(shop, "Sanditon")).isNull();
          int before = shop.library().executions();
          shop.library().sync("Sanditon");
          shop.library().future("Lady Susan").join();
          assertThat(shop.library().executions()).isEqualTo(before + 2);
        });
  }

  @Test
  void future_inATransaction_isStoredAfterTheCommit() {
    run(
        "future:",
        shop -> {
          inTransaction(true, () -> shop.library().future("Lady Susan").join());
          Book cached = shop.library().future("Lady Susan").join();

          assertThat(cached.edition()).isEqualTo(2);
          assertThat(shop.library().executions()).isEqualTo(2);
        });
  }

  @Test
  void innerTransaction_hasChangesOfItsOwn() {
    run(
        "inner:",
        shop -> {
          TransactionTemplate inner = new TransactionTemplate(transactions);
          inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
          inTransaction(
              false,
              () -> {
                shop.library().put("Persuasion");
                inner.executeWithoutResult(
                    status -> {
                      assertThat(shop.cache().get("Persuasion")).isNull();
                      shop.library().put("Sanditon");
                    });
                assertThat(shop.cache().get("Persuasion")).isNotNull();
              });

          assertThat(found(shop, "Persuasion")).isNull();
          assertThat(found(shop, "Sanditon")).isNotNull();
        });
  }
}
