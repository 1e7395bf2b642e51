--[[
  Puts entries that never expire into one bucket, whatever they hold: what put.lua does, but the
  JVM has built the headers. If it used an outdated generation, the reply is the current one.

  KEYS    generation, subscriptions, sequence of invalidations, then the entries
  ARGV    the generation of the entries, then each of them as it is stored
  Result  1; if nothing was done: 0, because a JVM subscribes to events, or the generation
]]
local FIRST_ENTRY, FIRST_STORED = 4, 2
if hasEventSubscribers(KEYS[2]) then return 0 end
local generation = currentGeneration(KEYS[1])
if generation ~= tonumber(ARGV[1]) then return generation end
local forever = {}
for i = 1, #KEYS - FIRST_ENTRY + 1 do
  forever[2 * i - 1], forever[2 * i] = KEYS[FIRST_ENTRY + i - 1], ARGV[FIRST_STORED + i - 1]
end
redis.call('MSET', unpack(forever))
invalidateFrom(FIRST_ENTRY, KEYS[3])
return 1
