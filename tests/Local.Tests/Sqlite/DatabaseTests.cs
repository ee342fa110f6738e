using System.Threading.Channels;
using Railyard.Local.Sqlite;

namespace Railyard.Local.Tests.Sqlite;

public sealed class DatabaseTests : IAsyncDisposable
{
    const int MostWaitingWrites = 16_384;
    static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    static readonly Schema Numbers = new("numbers", "CREATE TABLE numbers (place INTEGER PRIMARY KEY, value INTEGER NOT NULL)");

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("railyard-sqlite-");
    readonly Database database;

    public DatabaseTests() => database = Open();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Writes_take_place_one_at_a_time_in_the_order_they_were_brought()
    {
        var order = new List<int>();

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(value => value % 2 == 0
            ? database.WriteAsync(session => Note(session, value), Cancellation)
            : database.WriteRepeatablyAsync(session => Note(session, value), Cancellation)));

        Assert.Equal(Enumerable.Range(0, 2_000), order);
        Assert.Equal(order.Select(value => (long)value), Values(database));

        int Note(Session session, int value)
        {
            order.Add(value);
            return Add(session, value);
        }
    }

    [Fact]
    public async Task What_waits_at_the_end_is_written_and_what_comes_later_is_refused()
    {
        using var pause = await PauseAsync();
        var waiting = Enumerable.Range(0, 1_500)
            .Select(value => database.WriteAsync(session => Add(session, value), Cancellation)).ToList();

        var ending = database.DisposeAsync().AsTask();
        pause.Release();
        await ending.WaitAsync(Long, Cancellation);

        Assert.All(waiting, write => Assert.True(write.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ChannelClosedException>(() => database.WriteAsync(session => Add(session, 1), Cancellation));
        await using var reopened = Open();
        Assert.Equal(1_500, Values(reopened).Count);
    }

    [Fact]
    public async Task While_too_many_writes_wait_one_more_waits_for_room_and_can_be_called_off()
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var pause = await PauseAsync();
        var waiting = Enumerable.Range(0, MostWaitingWrites)
            .Select(value => database.WriteRepeatablyAsync(session => Add(session, value), Cancellation)).ToList();
        var oneMore = database.WriteAsync(session => Add(session, -1), Cancellation);
        var another = database.WriteAsync(session => Add(session, -2), calledOff.Token);

        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => another);
        pause.Release();
        await Task.WhenAll([.. waiting, oneMore]).WaitAsync(Long, Cancellation);

        var values = Values(database);
        Assert.Equal(MostWaitingWrites + 1, values.Count);
        Assert.Equal(-1, values[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_fails_is_undone_alone(bool areRepeatable)
    {
        using var pause = await PauseAsync();
        var before = WriteAsync(session => Add(session, 1));
        var failing = WriteAsync(session => Add(session, 2) > 0 ? throw new FormatException("No.") : 0);
        var after = WriteAsync(session => Add(session, 3));

        pause.Release();

        await Assert.ThrowsAsync<FormatException>(() => failing);
        Assert.Equal((1, 1), (await before, await after));
        Assert.Equal([1, 3], Values(database));

        Task<int> WriteAsync(Func<Session, int> work) => areRepeatable
            ? database.WriteRepeatablyAsync(work, Cancellation)
            : database.WriteAsync(work, Cancellation);
    }

    [Fact]
    public async Task A_write_that_is_not_repeatable_runs_once_whatever_else_fails()
    {
        var runs = 0;
        using var pause = await PauseAsync();
        var once = database.WriteAsync(session => Add(session, ++runs), Cancellation);
        var failing = database.WriteRepeatablyAsync<int>(_ => throw new FormatException("No."), Cancellation);

        pause.Release();

        await Assert.ThrowsAsync<FormatException>(() => failing);
        await once;
        Assert.Equal(1, runs);
        Assert.Equal([1], Values(database));
    }

    [Fact]
    public async Task A_write_that_looks_something_up_finds_what_is_committed()
    {
        await database.WriteAsync(session => Add(session, 1), Cancellation);

        var found = await database.WriteAsync(
            session => Add(session, 2) + database.Find(Count) + database.Read(Count), Cancellation);

        Assert.Equal(3, found);
        Assert.Equal(2, database.Find(Count));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(20261130u)]
    public async Task Nobody_is_told_of_less_than_was_acknowledged(uint seed)
    {
        const int Places = 8;
        const int Writes = 100;
        var acknowledged = new long[Places];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var readers = Enumerable.Range(0, Places).Select(reader => Task.Run(() => ReadAsync(new Dice(seed + (uint)reader)))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Places).Select(place => Task.Run(() => WriteAsync(place))));
        await over.CancelAsync();
        var looks = await Task.WhenAll(readers).WaitAsync(Long, Cancellation);

        Assert.All(looks, many => Assert.True(many > 0, $"Seed {seed}: a reader never came to look."));
        Assert.Equal(Enumerable.Repeat((long)Writes, Places), Values(database));

        async Task WriteAsync(int place)
        {
            for (var value = 1; value <= Writes; value++)
            {
                await database.WriteRepeatablyAsync(session => Set(session, place, value), Cancellation);
                Volatile.Write(ref acknowledged[place], value);
                Assert.Equal(value, database.Find(session => At(session, place)));
            }
        }

        async Task<int> ReadAsync(Dice dice)
        {
            var count = 0;
            do
            {
                var place = dice.Roll(Places);
                var known = Volatile.Read(ref acknowledged[place]);
                var found = dice.Roll(2) == 0
                    ? database.Find(session => At(session, place))
                    : database.Read(session => At(session, place));
                Assert.True(found >= known, $"Seed {seed}: {known} was acknowledged, {found} was found.");
                count++;
                // The writers want a thread too.
                await Task.Yield();
            }
            while (!over.IsCancellationRequested);
            return count;
        }
    }

    Database Open() => Database.Open(Path.Combine(folder.FullName, "numbers.db"), Numbers);

    // Holds the writer, so that what is brought meanwhile makes one group.
    async Task<SemaphoreSlim> PauseAsync()
    {
        var pause = new SemaphoreSlim(0);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = database.WriteAsync(
            session =>
            {
                begun.SetResult();
                Assert.True(pause.Wait(Long));
            },
            Cancellation);
        await begun.Task.WaitAsync(Long, Cancellation);
        return pause;
    }

    static int Add(Session session, int value) => session.Execute("INSERT INTO numbers (value) VALUES (?1)", value);

    static int Set(Session session, int place, int value) =>
        session.Execute("INSERT OR REPLACE INTO numbers (place, value) VALUES (?1, ?2)", place, value);

    static long At(Session session, int place) =>
        session.First("SELECT value FROM numbers WHERE place = ?1", row => row.GetInt64(0), place);

    static int Count(Session session) => (int)(long)session.Scalar("SELECT count(*) FROM numbers")!;

    static List<long> Values(Database database) => database.Read(session =>
        session.Query("SELECT value FROM numbers ORDER BY place", row => row.GetInt64(0)));
}
