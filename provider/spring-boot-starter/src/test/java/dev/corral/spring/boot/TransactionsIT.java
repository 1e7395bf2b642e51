package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Caches in transactions: changes after the commit, none after a rollback. */
final class TransactionsIT {

  /** Transactions without a database. */
  static final class NoTransactions extends AbstractPlatformTransactionManager {
    private static final long serialVersionUID = 1L;

    private boolean failsAtCommit;
    private transient Runnable atCommit = () -> {};

    NoTransactions() {
      setNestedTransactionAllowed(true);
    }

    void atCommit(Runnable work) {
      atCommit = work;
    }

    void failAtCommit() {
      failsAtCommit = true;
    }

    /** A transaction with savepoints. */
    private static final class Transaction implements SavepointManager {

      @Override
      public Object createSavepoint() {
        return new Object();
      }

      @Override
      public void rollbackToSavepoint(Object savepoint) {}

      @Override
      public void releaseSavepoint(Object savepoint) {}
    }

    @Override
    protected Object doGetTransaction() {
      return new Transaction();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {}

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
      atCommit.run();
      if (failsAtCommit) {
        throw new TransactionSystemException("the connection broke during COMMIT");
      }
    }

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
  void eviction_whileTheDatabaseCommits_keepsOlderValuesOut() {
    run(
        "intent:",
        shop -> {
          transactions.atCommit(
              () -> {
                assertThat(found(shop, "Emma")).as("before the COMMIT").isNull();
                CompletableFuture.supplyAsync(() -> shop.library().plain("Emma")).join();
                assertThat(found(shop, "Emma")).as("computed before the COMMIT").isNull();
              });

          inTransaction(
              true,
              () -> {
                shop.library().evict("Emma");
                shop.library().put("Persuasion");
              });

          assertThat(found(shop, "Emma")).isNull();
          assertThat(found(shop, "Persuasion")).isNotNull();
          shop.library().plain("Emma");
          assertThat(found(shop, "Emma")).as("computed after the COMMIT").isNotNull();
        });
  }

  /** Otherwise, many transactions that miss would remove each other's value again and again. */
  @Test
  void value_onlyComputedInATransaction_hasNoIntent() {
    run(
        "fill:",
        shop -> {
          transactions.atCommit(
              () -> {
                CompletableFuture.supplyAsync(() -> shop.library().plain("Sanditon")).join();
                assertThat(found(shop, "Sanditon")).as("stored by another caller").isNotNull();
              });

          inTransaction(true, () -> shop.library().plain("Sanditon"));

          assertThat(found(shop, "Sanditon")).isNotNull();
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

  @Test
  void nestedTransaction_thatIsRolledBack_leavesTheChangesBefore() {
    run(
        "nested:",
        shop -> {
          TransactionTemplate nested = new TransactionTemplate(transactions);
          nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
          inTransaction(
              true,
              () -> {
                shop.library().put("Persuasion");
                nested.executeWithoutResult(
                    status -> {
                      shop.library().evict("Emma");
                      shop.library().put("Sanditon");
                      shop.library().evict("Persuasion");
                      status.setRollbackOnly();
                    });
                assertThat(shop.cache().get("Persuasion")).isNotNull();
                assertThat(shop.cache().get("Sanditon")).isNull();
              });

          assertThat(found(shop, "Emma")).isEqualTo(new Book("Emma", 1));
          assertThat(found(shop, "Persuasion")).isNotNull();
          assertThat(found(shop, "Sanditon")).isNull();
        });
  }

  @Test
  void nestedTransaction_withTheFirstChange_leavesNoTrace() {
    run(
        "first:",
        shop -> {
          TransactionTemplate nested = new TransactionTemplate(transactions);
          nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
          inTransaction(
              true,
              () ->
                  nested.executeWithoutResult(
                      status -> {
                        shop.library().put("Sanditon");
                        status.setRollbackOnly();
                      }));

          assertThat(found(shop, "Sanditon")).isNull();
        });
  }

  /** As a listener of transaction events does. */
  private static void afterCommit(Runnable work) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            work.run();
          }
        });
  }

  @Test
  void eviction_afterTheCommit_isMade() {
    run(
        "after:",
        shop -> {
          inTransaction(true, () -> afterCommit(() -> shop.library().evict("Emma")));
          assertThat(found(shop, "Emma")).as("without an earlier change").isNull();

          shop.library().put("Emma");
          inTransaction(
              true,
              () -> {
                shop.library().put("Persuasion");
                afterCommit(() -> shop.library().evict("Emma"));
              });
          assertThat(found(shop, "Emma")).as("after another change").isNull();
          assertThat(found(shop, "Persuasion")).isNotNull();
        });
  }

  @Test
  void changes_whenOtherCodeFailsAfterTheCommit_areMade() {
    run(
        "fails:",
        shop -> {
          assertThatThrownBy(
                  () ->
                      inTransaction(
                          true,
                          () -> {
                            afterCommit(
                                () -> {
                                  throw new IllegalStateException("no mail server");
                                });
                            shop.library().evict("Emma");
                          }))
              .hasMessage("no mail server");

          assertThat(found(shop, "Emma")).isNull();
        });
  }

  @Test
  void changes_whenTheCommitMayHaveFailed_leaveNoEntry() {
    run(
        "unknown:",
        shop -> {
          transactions.failAtCommit();
          assertThatThrownBy(
                  () ->
                      inTransaction(
                          true,
                          () -> {
                            shop.library().put("Emma");
                            shop.library().put("Persuasion");
                          }))
              .isInstanceOf(TransactionSystemException.class);

          assertThat(found(shop, "Emma")).isNull();
          assertThat(found(shop, "Persuasion")).isNull();
        });
  }
}
