using CsCheck;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Samples;
using Jiqun.Tests.Checks;

namespace Jiqun.Tests.Sheets;

public class RunningCheckTests
{
    /// <summary>Answers in which something is to be found, of every kind; whichever field they come to.</summary>
    static readonly string[] Odd = ["", "无", "约1.2万亿元", "9999999", "120%", "3.5", "不详", "2099-01", "湖北省武汉市", "110000", "020-12345678", "13800138000", "株洲轨道集群", "株洲轨道集群产值达1200亿元。", new('字', 4000), "a@example"];

    [Theory]
    [MemberData(nameof(Given.Both), MemberType = typeof(Given))]
    public void What_is_judged_after_each_change_is_what_is_judged_at_once(string id)
    {
        var form = Given.Forms.Find(id)!;
        var all = form.Fields;
        // every second change is to a narrative or to what names the whole of which it speaks
        var narrated = all.SelectMany(f => f.Rules.OfType<QuotedFiguresRule>().SelectMany(r => (Field[])[f, form[r.Name]])).Distinct().ToList();
        var any = Gen.Int[0, all.Count - 1].Select(i => all[i]);
        var change = Gen.Select(narrated.Count > 0 ? Gen.OneOf(any, Gen.Int[0, narrated.Count - 1].Select(i => narrated[i])) : any, Gen.Frequency((3, Gen.Int[0, 20]), (2, Gen.Int[100, 99 + Odd.Length])), (field, from) => (Field: field, From: from));
        var samples = Enumerable.Range(0, 21).Select(s => SampleAnswers.Of(form, s).ToDictionary()).ToArray();
        Gen.Select(Gen.Int[0, 20], change.Array[1, 4].Array[1, 8], Gen.Enum<Stage>()).Sample((seed, changes, stage) =>
        {
            var written = new Dictionary<string, string>(samples[seed]);
            var running = RunningCheck.Of(form, Read(), stage, Given.Today);
            foreach (var together in changes)
            {
                foreach (var (field, from) in together)
                    written[field.Id] = from >= 100 ? Odd[from - 100] : samples[from].GetValueOrDefault(field.Id, "");
                running = running.With([.. together.Select(c => (c.Field, Reading.Of(c.Field, written[c.Field.Id])))]);
                var whole = FilledForm.Of(form, Read(), stage, Given.Today);
                Assert.Equal(whole.Findings, running.Filled.Findings);
                Assert.Equal(whole.Answers.All, running.Filled.Answers.All);
                Assert.Equal(whole.Codes, running.Filled.Codes);
            }

            IEnumerable<(Field, Reading)> Read() => form.Fields.Select(f => (f, Reading.Of(f, written.GetValueOrDefault(f.Id, ""))));
        }, iter: 2000);
    }
}
