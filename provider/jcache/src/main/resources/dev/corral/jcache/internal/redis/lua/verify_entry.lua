--[[
  Finds out for a verification whether an entry, or a negative entry, is still the one that a JVM
  has read. Its deadline may differ, because a read may prolong it.
  The mark of a reload distinguishes a value from an equal one that was written later, because every
  write removes the mark. So an entry without a mark gets one; the mark of a running reload stays.

  KEYS    entry, write fence, generation, number of the last invalidation of tags, tags,
          subscriptions, sequence of invalidations, expiry index, expiring values, queue, dead
          letters, load lock of the key
  ARGV    the SHA-1 of what was read without the deadline, in hexadecimal; the mark, from 240 to
          255, for an entry that has none, or 'remove' to remove the entry without an event
  Result  0 if the entry is another one, has expired, was invalidated or is gone; 1 if it is the
          same; 2 if a writer, a transaction, a load or the write-behind queue is at work for the
          key, or if it has a dead letter, so that the database does not have its last change
]]
local CHANGED, SAME, IN_FLIGHT = 0, 1, 2
local ENTRY, FENCE, GENERATION, LOAD_LOCK = KEYS[1], KEYS[2], KEYS[3], KEYS[12]
local QUEUE, DEAD_LETTERS = KEYS[10], KEYS[11]
local SUBSCRIPTIONS, SEQUENCE, EXPIRY_INDEX, EXPIRING_VALUES = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local digest, action = ARGV[1], ARGV[2]
useTags(KEYS[4], KEYS[5])

local function digestOf(stored)
  local afterDeadline = DEADLINE_OFFSET + 8 + 1
  return redis.sha1hex(string.sub(stored, 1, DEADLINE_OFFSET) .. string.sub(stored, afterDeadline))
end

local function isQueued(changes)
  return redis.pcall('HEXISTS', changes, textOf(ENTRY)) == 1
end

-- The load lock: a JVM of an earlier release may take the mark for that of its own reload.
local isAtWork = redis.call('EXISTS', FENCE, LOAD_LOCK) > 0
if isAtWork or isQueued(QUEUE) or isQueued(DEAD_LETTERS) then return IN_FLIGHT end
local stored = redis.pcall('GET', ENTRY)
local state = stateOf(stored, numberAt(GENERATION) or 0)
if state ~= LIVE and state ~= NEGATIVE or digestOf(stored) ~= digest then return CHANGED end

if action == 'remove' then
  readNearSubscriptions(SUBSCRIPTIONS)
  removeEntry(ENTRY, EXPIRY_INDEX, EXPIRING_VALUES)
  publishInvalidations(SEQUENCE)
elseif string.byte(stored, MARK_OFFSET + 1) == 0 then
  redis.call('SETRANGE', ENTRY, MARK_OFFSET, string.char(tonumber(action)))
end
return SAME
