--[[
  Does to one entry what was chosen, publishes it, and replies; parts of apply.lua.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local DONE, DIFFERS, ASKS, FULL, FAILED, FENCED, OVERTAKEN = 0, 1, 2, 3, 4, 5, 6
local EVENTS = {'created', 'updated', 'removed', 'expired'}

-- Does it; gives the effect and the deadline that the entry has now.
local function commit(entry, chosen, value, deadline, template, ofValue, details)
  local name = entry.name
  if chosen == 'nothing' then return NONE, deadline end
  if chosen == 'renew' then
    if deadline ~= 0 and (entry.deadline == 0 or deadline < entry.deadline) then
      invalidate(name)
    end
    return renew(entry, deadline, template.loadMillis)
  end
  if chosen ~= 'reserve' and chosen ~= 'restore' then invalidate(name) end
  if chosen == 'put' then return put(entry, value, deadline, template, ofValue, details) end
  if chosen == 'touch' then
    redis.call('SETRANGE', name, DEADLINE_OFFSET, struct.pack('>I8', deadline))
    expireAt(name, deadline, deadline <= now and 0 or retention)
  elseif chosen == 'restore' then
    redis.call('SETRANGE', name, FLAGS_OFFSET, string.char(NO_FLAGS))
    expireAt(name, deadline, retention)
  elseif chosen == 'reserve' then
    local ticket = stamps
      and sealStamped(lastInvalidation(), '', '', TICKET_FLAG, value, generation, 0, 0)
      or seal(TICKET_FLAG, value, generation, 0, 0)
    store(name, ticket, deadline, 0)
    return RESERVED, 0
  elseif chosen == 'negate' then
    store(name, seal(NEGATIVE_FLAG, '', generation, deadline, template.loadMillis), deadline, 0)
    return NEGATED, 0
  elseif chosen == 'remove' then
    redis.call('UNLINK', name)
    return (entry.live or entry.state == UNREADABLE) and REMOVED or NONE, 0
  end
  return NONE, deadline
end

-- Leaves the mark of a reload. None of the entry's tags was invalidated until now, so its stamp can
-- be the present, from which the reload counts.
local function mark(entry, ticket)
  redis.call('SETRANGE', entry.name, MARK_OFFSET, string.char(markOf(ticket)))
  if entry.stamp then
    redis.call('SETRANGE', entry.name, STAMP_POSITION - 1, struct.pack('>I8', lastInvalidation()))
  end
end

-- Another writer or a transaction may have changed the database since, so the entry is removed.
local function withdraw(name, fence)
  leaveFence(fenceOf(name), fence)
  redis.call('UNLINK', name)
  invalidate(name)
end

-- Publishes that an entry expired earlier, and what was done to it; whether anything was published.
-- A stale entry that is confirmed had expired, so it is created; its JVM does not know the value,
-- and waits for no listener.
local function publishChange(entry, sequence, effect, value, expired)
  local confirmed = effect == RENEWED and not entry.live
  if confirmed then effect, value = CREATED, entry.value end
  local event = EVENTS[effect]
  local wanted = event and subscriptions[event]
  local awaited = wanted and not confirmed
  if expired then
    publish(channel, 'expired', jvm, awaited and 0 or sequence, entry.key, nil, expired)
  end
  if wanted then
    local stored = effect == CREATED or effect == UPDATED
    local wantsOld = effect == REMOVED or subscriptions.old
    local old = effect == BORN_EXPIRED and value or wantsOld and entry.live and entry.value or nil
    publish(channel, event, jvm, awaited and sequence or 0, entry.key, stored and value or nil, old)
  end
  return awaited or expired
end

-- Releases the held lock that was to end with this commit: its owner, a blank, its number.
local function releaseLock(name, lock)
  local owner, number = string.match(lock, '^(%S+) (%d+)$')
  if owner then release(lockOf(name), owner, number) end
end

-- The reply for an entry: its digits and the previous value, or false.
local function reply(status, prior, effect, previous, published)
  return status * 1000 + prior * 100 + effect * 10 + (published and 1 or 0), previous or false
end
