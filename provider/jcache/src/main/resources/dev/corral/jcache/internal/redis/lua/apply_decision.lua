--[[
  Reads an entry and chooses what is done to it; parts of apply.lua. EntryOperation.choose is the
  same decision in Java.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- An entry as it is now. Its value is false if there is none, or the template does not read it. Its
-- mark is false if nothing readable is stored. A queued change counts as the entry, even if none is
-- stored.
local function readEntry(name, template)
  local key = textOf(name)
  local stored = template.readsValue and redis.pcall('GET', name) or headerOf(name)
  local state, deadline = stateOf(stored, generation)
  local readable = state ~= ABSENT and state ~= UNREADABLE
  local entry = {name = name, key = key, state = state, deadline = deadline}
  local reads = hasQueue and (state ~= LIVE or template.queued)
  local record = reads and recordOf(parts.queue, key)
  entry.record = record or nil
  entry.queued = record and true
    or hasQueue and not reads and redis.call('HEXISTS', parts.queue, key) == 1
  if record and state ~= LIVE then
    entry.state, entry.deadline = record.operation == PUT and LIVE or NEGATIVE, 0
    entry.value, entry.mark = record.operation == PUT and record.value, false
  else
    entry.value = template.readsValue and readable and valueOf(stored)
    entry.mark = readable and string.byte(stored, MARK_OFFSET + 1)
    entry.stamp = readable and stampOf(stored)
    entry.stored = readable and stored
    entry.fenced = readable and string.byte(stored, FLAGS_OFFSET + 1) == FENCED_FLAG
  end
  entry.live = entry.state == LIVE
  return entry
end

-- Whether another writer may have changed the database since this write was fenced.
local function isFencedByAnother(entry, fence)
  return fence ~= '' and (entry.queued or not hasFence(entry.name, fence))
end

-- Whether two values of KryoValueCodec have the same outermost class. Then a JVM that writes the
-- one can almost always decode the other. The first byte is a class number, or 1 for a class code:
-- a byte 0 and the code of 8 bytes follow. In a compressed value it is 0.
local function areAlike(stored, value)
  local first = string.byte(value, 1)
  local length = first == 1 and 10 or 1
  return first ~= 0 and string.sub(stored, 1, length) == string.sub(value, 1, length)
end

local function meets(when, entry, expected, value)
  if when == 'always' then return true end
  if when == 'alike' then return entry.live and areAlike(entry.value, value) end
  if when == 'absent' or when == 'unloaded' then return not entry.live end
  if when == 'present' then return entry.live end
  if when == 'negative' then return entry.state == NEGATIVE end
  if when == 'stale' then return entry.state == STALE end
  if when == 'holds' then return entry.live and entry.value == expected end
  if when == 'ticket' then return entry.state == LOADING and entry.value == expected end
  if when == 'marked' then return entry.live and entry.mark == markOf(expected) end
  local kept = entry.live or entry.state == STALE
  return when == 'kept' and kept and entry.mark == markOf(expected)
end

-- Whether an entry lives longer by this, or a load is stored or confirms a value, or a computed one
-- replaces a stale one: not while a writer is at work.
local function prolongs(chosen, template)
  return chosen == 'touch' or chosen == 'reserve' or template.when == 'kept'
    or template.when == 'stale' or chosen == 'put' and template.loadMillis > 0
end

-- Whether a choice has an effect on this entry.
local function isEffective(chosen, entry, template)
  if chosen == 'compare' then return false end -- the entry is not live
  if chosen == 'touch' then return entry.live and entry.mark end
  -- The database does not have a queued change yet, so a reload would read the older value.
  if chosen == 'mark' then return entry.mark and not entry.queued end
  if chosen == 'restore' then return entry.mark end
  if chosen == 'renew' then return not entry.fenced end -- it has to be removed soon
  if chosen == 'put' or chosen == 'remove' then return template.queued or not entry.queued end
  if chosen == 'reserve' and template.when == 'absent' then
    return entry.state ~= NEGATIVE and entry.state ~= UNREADABLE
  end
  return true
end

-- What is done to the entry, or 'differs' if it is to be reported.
local function choose(entry, template, expected, value)
  local met = meets(template.when, entry, expected, value)
  local chosen = met and template.consequence or template.otherwise
  if chosen == 'changed' or chosen == 'compare' and entry.live then return 'differs' end
  if prolongs(chosen, template) and redis.call('EXISTS', fenceOf(entry.name)) == 1 then
    return 'nothing'
  end
  if chosen == 'reserve' and entry.state == STALE then chosen = 'mark' end
  return isEffective(chosen, entry, template) and chosen or 'nothing'
end

-- On which occasion the expiry policy decides, and the time to live in ms.
local function lifetimeOf(chosen, entry, template)
  local occasion
  if chosen == 'touch' then
    occasion = ACCESS
  elseif chosen == 'put' then
    occasion = entry.live and template.when ~= 'kept' and UPDATE or CREATION
  elseif chosen == 'reserve' or chosen == 'negate' or chosen == 'renew' then
    occasion = CREATION
  end
  return occasion, occasion and template.lifetimes[occasion] or UNCHANGED
end
