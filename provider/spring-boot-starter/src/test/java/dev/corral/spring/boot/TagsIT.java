package dev.corral.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corral.spring.TaggedCache;
import dev.corral.spring.boot.TaggedOrders.Customers;
import dev.corral.spring.boot.TaggedOrders.Order;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Mono;

/** {@code @InvalidateTags}, and beans that give entries their tags. */
final class TagsIT {

  private static final AtomicInteger prefixes = new AtomicInteger();
  private static OwnRedis redis;

  private final TransactionsIT.NoTransactions transactions = new TransactionsIT.NoTransactions();

  @BeforeAll
  static void startRedis() {
    redis = new OwnRedis();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  private static void run(String prefix, boolean transactional, Consumer<ApplicationContext> test) {
    run(TaggedOrders.Beans.class, prefix, transactional, test);
  }

  private static void run(
      Class<?> beans, String prefix, boolean transactional, Consumer<ApplicationContext> test) {
    Applications.of(
            beans,
            redis.property(),
            "corral.redis.key-prefix=" + prefix,
            "corral.spring.transaction-aware=" + transactional,
            "corral.spring.create-caches=false",
            "corral.caches.orders.statistics=true",
            "corral.caches.bills.tags=" + TaggedOrders.IdTags.class.getName())
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              test.accept(context);
            });
  }

  private static void run(Consumer<ApplicationContext> test) {
    run("p" + prefixes.incrementAndGet() + ":", false, test);
  }

  private static TaggedOrders orders(ApplicationContext context) {
    return context.getBean(TaggedOrders.class);
  }

  private static TaggedCache cache(ApplicationContext context) {
    return (TaggedCache)
        Objects.requireNonNull(context.getBean(CacheManager.class).getCache("orders"));
  }

  /** The cached order, as another thread finds it without the transaction of this one. */
  private static @Nullable Order found(ApplicationContext context, String id) {
    return CompletableFuture.<@Nullable Order>supplyAsync(() -> cache(context).get(id, Order.class))
        .join();
  }

  private static void fill(ApplicationContext context, String... ids) {
    for (String id : ids) {
      assertThat(orders(context).find(id)).isNotNull();
      assertThat(found(context, id)).isNotNull();
    }
  }

  @Test
  void method_withTheAnnotation_removesTheEntriesInAllInstances() {
    String prefix = "p" + prefixes.incrementAndGet() + ":";
    run(
        prefix,
        false,
        first ->
            run(
                prefix,
                false,
                second -> {
                  assertThat(cache(first).getNativeCache())
                      .isNotSameAs(cache(second).getNativeCache());
                  fill(first, "ann-1", "ann-2", "bob-1");
                  assertThat(orders(second).find("ann-1")).isEqualTo(found(first, "ann-1"));

                  orders(second).change("ann");

                  assertThat(found(first, "ann-1")).isNull();
                  assertThat(found(second, "ann-1")).isNull();
                  assertThat(found(first, "ann-2")).isNull();
                  assertThat(found(first, "bob-1")).isNotNull();
                  fill(first, "ann-1");

                  second.getBean(Customers.class).rename("ann");

                  assertThat(AopUtils.isAopProxy(second.getBean(Customers.class))).isTrue();
                  assertThat(found(first, "ann-1")).isNull();
                }));
  }

  @Test
  void severalAnnotations_andCollections_areAllInvalidated() {
    run(
        context -> {
          fill(context, "ann-1", "ann2-1", "ann3-1", "dan-1", "eve-1", "bob-1");

          orders(context).changeSeveral("ann", null);

          assertThat(found(context, "ann-1")).isNull();
          assertThat(found(context, "ann2-1")).isNull();
          assertThat(found(context, "ann3-1")).isNull();
          assertThat(found(context, "dan-1")).as("by the condition").isNotNull();
          orders(context).changeSeveral("ann", "both");
          assertThat(found(context, "dan-1")).isNull();
          assertThat(found(context, "eve-1")).isNull();
          assertThat(found(context, "bob-1")).isNotNull();

          orders(context).anything(List.of());
          assertThat(found(context, "bob-1")).isNotNull();
          orders(context).anything(new String[] {"all"});
          assertThat(found(context, "bob-1")).isNull();
        });
  }

  @Test
  void tagsOfTheSetting_andCachedNulls_work() {
    run(
        context -> {
          Order bill = orders(context).bill("7");
          orders(context).changeBill("8");
          assertThat(orders(context).bill("7")).isEqualTo(bill);
          orders(context).changeBill("7");
          assertThat(orders(context).bill("7")).isNotEqualTo(bill);

          assertThat(orders(context).find("none-1")).isNull();
          assertThat(cache(context).get("none-1")).as("a cached null").isNotNull();
        });
  }

  @Test
  void methodThatFails_invalidatesNothing_exceptBefore() {
    run(
        context -> {
          fill(context, "ann-1");

          assertThatThrownBy(() -> orders(context).fail("ann")).hasMessage("ann");
          assertThat(found(context, "ann-1")).isNotNull();
          assertThatThrownBy(() -> orders(context).failLater("ann")).hasMessage("ann");
          assertThat(found(context, "ann-1")).isNull();
        });
  }

  @Test
  void computation_thatAnInvalidationOvertakes_isNotStored() {
    run(
        context -> {
          orders(context).duringRead(() -> orders(context).change("ann"));

          assertThat(orders(context).find("ann-1")).isNotNull();

          assertThat(found(context, "ann-1")).isNull();
        });
  }

  @Test
  void expression_thatIsWrong_failsWithMethodAnnotationAndExpression() {
    run(
        context -> {
          TaggedOrders orders = orders(context);
          assertThatThrownBy(orders::unknownArgument)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("@InvalidateTags on method ")
              .hasMessageContaining("TaggedOrders.unknownArgument, tags = \"'customer:' + #missing")
              .hasMessageContaining("there is no argument #missing");
          assertThatThrownBy(orders::resultBefore)
              .hasMessageContaining("TaggedOrders.resultBefore")
              .hasMessageContaining("there is no #result before the method runs");
          assertThatThrownBy(() -> orders.anything(null)).hasMessageContaining("a tag is null");
          assertThatThrownBy(() -> orders.anything(List.of(7)))
              .hasMessageContaining("a tag is of class java.lang.Integer, but must be a text");
          assertThatThrownBy(orders::unknownCache)
              .hasMessageContaining("TaggedOrders.unknownCache: there is no cache 'missing'")
              .hasMessageContaining("bills, orders");
        });
    Applications.of(TaggedOrders.UnparsableBeans.class, redis.property())
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasStackTraceContaining("Unparsable.change, tags = \"'customer:' +\": "));
  }

  @Test
  void futuresAndReactiveResults_invalidateWhenTheySucceed() {
    run(
        context -> {
          TaggedOrders orders = orders(context);
          fill(context, "ann-1", "bob-1", "cid-1");
          CompletableFuture<String> pending = new CompletableFuture<>();
          CompletableFuture<String> future = orders.future(pending);
          assertThat(found(context, "ann-1")).isNotNull();
          pending.complete("ann");
          assertThat(future.join()).isEqualTo("ann");
          assertThat(found(context, "ann-1")).isNull();
          IllegalArgumentException failure = new IllegalArgumentException("none");
          assertThatThrownBy(() -> orders.future(CompletableFuture.failedFuture(failure)).join())
              .hasCause(failure);

          Mono<String> mono = orders.mono(Mono.just("bob"));
          assertThat(found(context, "bob-1")).as("not subscribed").isNotNull();
          assertThat(mono.block()).isEqualTo("bob");
          assertThat(found(context, "bob-1")).isNull();
          assertThatThrownBy(() -> orders.mono(Mono.error(failure)).block()).isSameAs(failure);

          assertThat(orders.flux("cid").collectList().block()).containsExactly(1, 2, 3);
          assertThat(found(context, "cid-1")).isNull();
        });
  }

  @Test
  void transaction_invalidatesAfterTheCommit_andNotAfterARollback() {
    run(
        "tx:",
        true,
        context -> {
          TaggedOrders orders = orders(context);
          fill(context, "ann-1", "ann-2", "bob-1");
          TransactionTemplate template = new TransactionTemplate(transactions);
          template.executeWithoutResult(
              status -> {
                orders.change("ann");
                assertThat(cache(context).get("ann-1")).as("in the transaction").isNull();
                assertThat(found(context, "ann-1")).as("outside").isNotNull();
                status.setRollbackOnly();
              });
          assertThat(found(context, "ann-1")).as("rolled back").isNotNull();

          template.executeWithoutResult(
              status -> {
                orders.put("ann-3");
                orders.change("ann");
                orders.put("ann-4");
                assertThat(found(context, "ann-1")).as("outside").isNotNull();
              });
          assertThat(found(context, "ann-1")).isNull();
          assertThat(found(context, "ann-2")).isNull();
          assertThat(found(context, "ann-3")).as("put before the invalidation").isNull();
          assertThat(found(context, "ann-4")).as("put after the invalidation").isNotNull();
          assertThat(found(context, "bob-1")).isNotNull();

          TransactionTemplate nested = new TransactionTemplate(transactions);
          nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
          template.executeWithoutResult(
              status -> {
                orders.change("ann");
                nested.executeWithoutResult(
                    inner -> {
                      orders.change("bob");
                      inner.setRollbackOnly();
                    });
              });
          assertThat(found(context, "ann-4")).isNull();
          assertThat(found(context, "bob-1")).as("rolled back to the savepoint").isNotNull();
        });
  }

  @Test
  void transactionOfTheMethod_isCommittedBefore_alsoWithoutTransactionAwareCaches() {
    run(
        TaggedOrders.TransactionalBeans.class,
        "own:",
        false,
        context -> {
          fill(context, "ann-1");
          AtomicReference<@Nullable Order> atCommit = new AtomicReference<>();
          context
              .getBean(TransactionsIT.NoTransactions.class)
              .atCommit(() -> atCommit.set(found(context, "ann-1")));

          orders(context).changeInTransaction("ann");

          assertThat(atCommit.get()).isNotNull();
          assertThat(found(context, "ann-1")).isNull();
        });
  }

  @Test
  void transactionOfTheMethod_isSeparateOrItsResultUnknown_invalidatesAtOnce() {
    run(
        TaggedOrders.TransactionalBeans.class,
        "separate:",
        true,
        context -> {
          fill(context, "ann-1", "bob-1");
          TransactionsIT.NoTransactions manager =
              context.getBean(TransactionsIT.NoTransactions.class);
          new TransactionTemplate(manager)
              .executeWithoutResult(
                  status -> {
                    orders(context).changeInNewTransaction("ann");
                    status.setRollbackOnly();
                  });
          assertThat(found(context, "ann-1")).isNull();

          manager.failAtCommit();
          assertThatThrownBy(() -> orders(context).changeInTransaction("bob"))
              .isInstanceOf(TransactionSystemException.class);
          assertThat(found(context, "bob-1")).isNull();
        });
  }

  @Test
  void condition_thatIsAText_andClassesInOtherThreads_areUnderstood() {
    run(
        context -> {
          fill(context, "ann-1", "bob-1");

          orders(context).changeIf("ANN", "true").join();
          orders(context).changeIf("BOB", "false").join();

          assertThat(found(context, "ann-1")).isNull();
          assertThat(found(context, "bob-1")).isNotNull();
        });
  }

  @Test
  void severalAnnotations_oneFails_theOthersInvalidate() {
    run(
        context -> {
          fill(context, "ann-1");

          assertThatThrownBy(() -> orders(context).changeWithANullBefore("ann", null))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("a tag is null");

          assertThat(found(context, "ann-1")).isNull();
        });
  }

  @Test
  void transaction_whoseCommitMayHaveFailed_invalidates() {
    run(
        "txu:",
        true,
        context -> {
          fill(context, "ann-1", "bob-1");
          transactions.failAtCommit();
          assertThatThrownBy(
                  () ->
                      new TransactionTemplate(transactions)
                          .executeWithoutResult(status -> orders(context).change("ann")))
              .isInstanceOf(TransactionSystemException.class);

          assertThat(found(context, "ann-1")).isNull();
          assertThat(found(context, "bob-1")).isNotNull();
        });
  }
}
