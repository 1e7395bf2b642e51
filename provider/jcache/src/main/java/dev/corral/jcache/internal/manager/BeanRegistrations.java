package dev.corral.jcache.internal.manager;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The beans of all managers of this JVM in the platform's MBean server. Managers with the same URI
 * and different class loaders use the same names: the server then has the bean that was registered
 * last, and gets the one before it again when that manager unregisters its bean. Safe for many
 * threads.
 */
final class BeanRegistrations {

  /** The registrations of each name, the last one first. Also the lock. */
  private static final Map<ObjectName, Deque<Registration>> REGISTRATIONS = new HashMap<>();

  private record Registration(ManagementBeans owner, Object bean) {}

  private BeanRegistrations() {}

  /** Registers the bean of a manager in place of every other bean of this name. */
  static void register(ObjectName name, ManagementBeans owner, Object bean) throws JMException {
    synchronized (REGISTRATIONS) {
      replace(name, bean);
      Deque<Registration> all = REGISTRATIONS.computeIfAbsent(name, it -> new ArrayDeque<>());
      all.removeIf(it -> it.owner() == owner);
      all.push(new Registration(owner, bean));
    }
  }

  /** Unregisters the bean of a manager, if it has one of this name. */
  static void unregister(ObjectName name, ManagementBeans owner) throws JMException {
    synchronized (REGISTRATIONS) {
      Deque<Registration> all = REGISTRATIONS.get(name);
      if (all == null) {
        return;
      }
      boolean isCurrent = all.element().owner() == owner;
      all.removeIf(it -> it.owner() == owner);
      if (all.isEmpty()) {
        REGISTRATIONS.remove(name);
      }
      if (isCurrent) {
        remove(name);
        if (!all.isEmpty()) {
          server().registerMBean(all.element().bean(), name);
        }
      }
    }
  }

  private static void replace(ObjectName name, Object bean) throws JMException {
    remove(name);
    server().registerMBean(bean, name);
  }

  private static void remove(ObjectName name) throws JMException {
    try {
      server().unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      // there is none, or the application unregistered it
    }
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }
}
