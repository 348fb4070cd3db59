using System.Net;

namespace Jiqun.Tests.Portal;

/// <summary>The program killed with <c>kill -9</c> in the midst of saving, fifty times.</summary>
public sealed class KillTests
{
    const int Kills = 50, Folders = 2, Clients = 4;

    sealed class Typist(Guid entry, string place)
    {
        public Guid Entry => entry;

        public string Field => place;

        /// <summary>What was acknowledged last, and what was under way since.</summary>
        public (string Text, int Version) Acknowledged { get; set; } = ("", 0);

        public string? UnderWay { get; set; }

        public int Count { get; set; }
    }

    [Fact]
    public async Task Every_acknowledged_save_is_there_after_fifty_kills()
    {
        var (acknowledged, lost) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Folders).Select(seed => Task.Run(async () =>
        {
            var (a, l) = await Go(seed, Kills / Folders);
            Interlocked.Add(ref acknowledged, a);
            Interlocked.Add(ref lost, l);
        })));
        Assert.True(acknowledged > Kills * 4, $"Only {acknowledged} saves were acknowledged.");
        Assert.True(lost > Kills, $"Only {lost} saves were under way when the process was killed.");
    }

    static async Task<(int Acknowledged, int UnderWay)> Go(int seed, int kills)
    {
        var dice = new Random(seed);
        using var folder = await ServeFolder.With(2);
        using var client = new ServeClient();
        string[] fields = ["indicators.output", "overview.narrative"];
        Typist[] typists = [.. Enumerable.Range(0, Clients).Select(i => new Typist(folder.Entries[i % 2], fields[i / 2]))];
        var underWay = 0;
        for (var kill = 0; kill <= kills; kill++)
        {
            using var serving = await ServeProcess.Start(folder.Path);
            client.Address = serving.Address;
            if (kill == 0)
                await client.SignIn();
            folder.IsSound();
            var there = folder.Rows("SELECT entry_id, field, written, version FROM answer", r => (r.GetGuid(0), r.GetString(1), Text: r.GetString(2), Version: r.GetInt32(3))).ToDictionary(r => (r.Item1, r.Item2), r => (r.Text, r.Version));
            foreach (var typist in typists)
            {
                var now = there.GetValueOrDefault((typist.Entry, typist.Field), ("", 0));
                Assert.True(now == typist.Acknowledged || now.Item1 == typist.UnderWay && now.Item2 > typist.Acknowledged.Version, $"Acknowledged {typist.Acknowledged}, under way {typist.UnderWay}, there {now}.");
                (typist.Acknowledged, typist.UnderWay) = (now, null);
            }
            if (kill == kills)
                break;
            client.FirstSaved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var saving = typists.Select(t => Save(client, t)).ToArray();
            // from the first save on, however long the start took
            await Task.WhenAny(saving.Prepend(client.FirstSaved.Task)).WaitAsync(TimeSpan.FromSeconds(30));
            await Task.Delay(dice.Next(50, 400));
            serving.Kill();
            await Task.WhenAll(saving);
            underWay += typists.Count(t => t.UnderWay is not null);
        }
        return (typists.Sum(t => t.Count), underWay);
    }

    /// <summary>Saves one after the other until the server is gone.</summary>
    static async Task Save(ServeClient client, Typist typist)
    {
        for (var i = 0; ; i++)
        {
            typist.UnderWay = typist.Field == "overview.narrative" ? $"{typist.Acknowledged.Version}-{i} {new string('文', 2000)}" : $"{typist.Acknowledged.Version}{i:0000}";
            try
            {
                var (status, body) = await client.Save(typist.Entry, typist.Field, typist.UnderWay, typist.Acknowledged.Version);
                Assert.Equal(HttpStatusCode.OK, status);                   // cookies and tokens of the first start are still good
                Assert.Empty(body!["conflicts"]!.AsArray());
                typist.Acknowledged = (typist.UnderWay, (int)body["places"]![0]!["version"]!);
                typist.Count++;
                client.FirstSaved.TrySetResult();
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return;
            }
        }
    }
}
