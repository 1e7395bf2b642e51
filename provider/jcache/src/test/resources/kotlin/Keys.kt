// Compiled to keys.jar by kotlinc 2.1.0 with -jvm-target 17, for KotlinDataFormTest.
package dev.corral.test.kotlin

import java.util.Locale

data class UserKey(val tenant: String, val id: Int, val region: String?)

data class Outer(val key: UserKey, internal val tags: List<String>, private val size: Double)

data class CaseBlind(val name: String) {
  override fun equals(other: Any?) = other is CaseBlind && other.name.equals(name, ignoreCase = true)

  override fun hashCode() = name.lowercase(Locale.ROOT).hashCode()
}

class Plain(val name: String)

data class Body(val name: String) { var note: String? = null }

@JvmInline value class Id(val value: Long)

data class WithId(val id: Id, val n: Int)

data class Generic<T>(val value: T, val flag: Boolean = true)
open class Parent(val p: Int)
data class Child(val c: Int) : Parent(c)
