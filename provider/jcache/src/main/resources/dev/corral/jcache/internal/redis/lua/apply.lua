--[[
  Decides commands on entries of one bucket, and commits them.

  KEYS, ARGV  those of apply_arguments.lua
  Result  for each entry a number and the previous value, or nothing. The number has four digits:
          status     0 done · 5 fenced by another writer, and removed · and with nothing changed:
                     1 differs, with the previous value · 2 asks the expiry policy · 3 the queue is
                     full · 4 failed among other commands
          prior      0 absent · 1 expired · 2 live · 3 negative · 4 stale · 5 loading ·
                     6 unreadable
          effect     0 none · 1 created · 2 updated · 3 removed · 4 born expired · 5 reserved ·
                     6 negated; with status 2 the occasion: 1 creation · 2 update · 3 access
          published  1 if the change was published under its sequence
]]
local function isChange(chosen)
  return chosen == 'put' or chosen == 'remove'
end

local function deadlineOf(millis, entry)
  if millis == NEVER then return 0 end
  if millis == UNCHANGED then return entry.live and entry.deadline or 0 end
  return now + millis
end

-- What a commit changes besides the entry: the write fence and the queue.
local function finishWrite(entry, chosen, value, template)
  if template.fence ~= '' then
    redis.call('UNLINK', fenceOf(entry.name))
    redis.call('HDEL', parts.dead, entry.key)
  end
  if template.queued and isChange(chosen) then
    local operation = chosen == 'put' and PUT or REMOVE
    local times = {changed = math.min(now, sent), first = now, due = now + queueDelay}
    enqueue(parts, entry.key, operation, value, times)
  end
end

local function apply(name, sequence, template, expected, value, lock)
  local entry = readEntry(name, template)
  if isFencedByAnother(entry, template.fence) then
    withdraw(name, template.fence)
    return reply(FENCED, entry.state, NONE)
  end
  local chosen = choose(entry, template, expected, value)
  if chosen == 'differs' then
    return reply(DIFFERS, entry.state, NONE, entry.live and entry.value)
  end

  local hasValue = entry.live or entry.state == STALE
  local previous = template.wantsPrevious and hasValue and entry.value
  local occasion, millis = lifetimeOf(chosen, entry, template)
  if millis == ASK then return reply(ASKS, entry.state, occasion, previous) end
  if chosen == 'mark' then
    redis.call('SETRANGE', name, MARK_OFFSET, string.char(markOf(value)))
    chosen = 'nothing'
  elseif chosen == 'touch' and millis == UNCHANGED then
    chosen = 'nothing'
  end
  local isQueued = template.queued and isChange(chosen)
  if isQueued and not entry.queued and redis.call('HLEN', parts.queue) >= queueLimit then
    return reply(FULL, entry.state, NONE)
  end

  local watched = subscriptions.expired
  local expired = watched and not entry.live
    and takeExpired(expiryIndex, expiringValues, entry.key)
  local deadline = deadlineOf(millis, entry)
  local effect, indexed = commit(entry, chosen, value, deadline, template.loadMillis)
  finishWrite(entry, chosen, value, template)
  if watched and chosen ~= 'nothing' and effect < BORN_EXPIRED then
    local current = chosen == 'put' and value or entry.value
    index(expiryIndex, expiringValues, entry.key, indexed, current)
  end
  local published = publishChange(entry, sequence, effect, value, expired)
  releaseLock(name, lock)
  return reply(DONE, expired and EXPIRED or entry.state, effect, previous, published)
end

-- An entry among others: if its command fails, the others do not. Sent alone, it says why.
local function isolated(...)
  local done, digits, previous = pcall(apply, ...)
  if done then return digits, previous end
  return reply(FAILED, ABSENT, NONE)
end

local results, call = {}, #KEYS == FIRST_ENTRY and apply or isolated
local templates, field = readTemplates()
for i = FIRST_ENTRY, #KEYS do
  local template, expected, value, lock = unpack(ARGV, field, field + ENTRY_FIELDS - 1)
  local sequence = firstSequence + i - FIRST_ENTRY
  local digits, previous =
    call(KEYS[i], sequence, templates[tonumber(template)], expected, value, lock)
  results[#results + 1], results[#results + 2] = digits, previous
  field = field + ENTRY_FIELDS
end
publishInvalidations(SEQUENCE)
return results
