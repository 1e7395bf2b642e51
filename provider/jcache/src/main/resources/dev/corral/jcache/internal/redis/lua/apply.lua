--[[
  Decides commands on entries of one bucket, and commits them.

  KEYS, ARGV  those of apply_arguments.lua
  Result  for each entry a number and the previous value, or nothing. The number has four digits:
          status     0 done · 5 fenced by another writer, and removed · and with nothing changed:
                     1 differs, with the previous value · 2 asks the expiry policy · 3 the queue is
                      full · 4 failed among other commands · 6 overtaken by a later change
           prior      0 absent · 1 expired · 2 live · 3 negative · 4 stale · 5 loading ·
                      6 unreadable
          effect     0 none · 1 created · 2 updated · 3 removed · 4 born expired · 5 reserved, a
                     stale entry by a reload mark · 6 negated · 7 renewed; with status 2 the
                     occasion: 1 creation · 2 update · 3 access
          published  1 if the change was published under its sequence
]]
local function deadlineOf(millis, entry)
  if millis == NEVER then return 0 end
  if millis == UNCHANGED then return entry.live and entry.deadline or 0 end
  return now + millis
end

-- Whether a later change is queued or written. Then the caller may have timed out: its command is
-- late, and another change of the caller has followed. A caller that still waits sends it again.
local function isOvertaken(entry, order)
  local newest = entry.record and entry.record.order or lastWritten(WRITTEN, BEFORE, entry.key)
  return newest and follows(newest, order)
end

-- What the reply has of the entry before: the value, or the header with the details.
local function previousOf(entry, template)
  local hasValue = entry.live or entry.state == STALE
  if template.wantsDetails and hasValue and entry.stored then
    return redis.call('GETRANGE', entry.name, 0, valuePosition(entry.stored) - 2)
  end
  return template.wantsPrevious and hasValue and entry.value
end

-- What a commit changes besides the entry: the write fence and, if it has an order, the queue.
local function finishWrite(entry, chosen, value, template, order)
  if template.fence ~= '' then
    redis.call('UNLINK', fenceOf(entry.name))
    redis.call('HDEL', parts.dead, entry.key)
  end
  if order then
    local change = {operation = chosen == 'put' and PUT or REMOVE, value = value,
      order = entry.record and orderAfter(entry.record.order, order) or order}
    enqueue(parts, entry.key, change, now, now + queueDelay)
  end
end

local function apply(name, sequence, template, expected, value, lock, number, ofValue, details)
  local entry = readEntry(name, template)
  if isFencedByAnother(entry, template.fence) then
    withdraw(name, template.fence)
    return reply(FENCED, entry.state, NONE)
  end
  local chosen = choose(entry, template, expected, value)
  if chosen == 'differs' then
    return reply(DIFFERS, entry.state, NONE, entry.live and entry.value)
  end

  local previous = previousOf(entry, template)
  local occasion, millis = lifetimeOf(chosen, entry, template)
  if millis == ASK then return reply(ASKS, entry.state, occasion, previous) end
  local isStaleMarked = chosen == 'mark' and entry.state == STALE
  if chosen == 'mark' then
    mark(entry, value)
    chosen = 'nothing'
  elseif chosen == 'touch' and millis == UNCHANGED then
    chosen = 'nothing'
  end
  local order = template.queued and isChange(chosen)
    and orderOfNumber(writer, number, lowest, highest)
  if order and number > 0 and isOvertaken(entry, order) then
    return reply(OVERTAKEN, entry.state, NONE)
  end
  if order and not entry.queued and redis.call('HLEN', parts.queue) >= queueLimit then
    return reply(FULL, entry.state, NONE)
  end

  local watched = subscriptions.expired
  local expired = watched and not entry.live
    and takeExpired(expiryIndex, expiringValues, entry.key)
  local deadline = deadlineOf(millis, entry)
  local effect, indexed = commit(entry, chosen, value, deadline, template, ofValue, details)
  finishWrite(entry, chosen, value, template, order)
  if watched and chosen ~= 'nothing' and (effect < BORN_EXPIRED or effect == RENEWED) then
    local current = chosen == 'put' and value or entry.value
    index(expiryIndex, expiringValues, entry.key, indexed, current)
  end
  local published = publishChange(entry, sequence, effect, value, expired)
  releaseLock(name, lock)
  if isStaleMarked then effect = RESERVED end
  return reply(DONE, expired and EXPIRED or entry.state, effect, previous, published)
end

-- An entry among others: if its command fails, the others do not. Sent alone, it says why.
local function isolated(...)
  local done, digits, previous = pcall(apply, ...)
  if done then return digits, previous end
  return reply(FAILED, ABSENT, NONE)
end

local templates, field = readTemplates()
local entries = (#ARGV - field + 1) / ENTRY_FIELDS
local results, call = {}, entries == 1 and apply or isolated
for i = FIRST_ENTRY, FIRST_ENTRY + entries - 1 do
  local template, expected, value, lock, number, ofValue, details =
    unpack(ARGV, field, field + ENTRY_FIELDS - 1)
  local sequence = firstSequence + i - FIRST_ENTRY
  local digits, previous = call(KEYS[i], sequence, templates[tonumber(template)], expected, value,
    lock, tonumber(number), ofValue, details)
  results[#results + 1], results[#results + 2] = digits, previous
  field = field + ENTRY_FIELDS
end
publishInvalidations(SEQUENCE)
return results
