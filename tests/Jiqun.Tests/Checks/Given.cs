using System.Globalization;
using Jiqun.Core;
using Jiqun.Core.Answers;
using Jiqun.Core.Checks;
using Jiqun.Core.Definitions;
using Jiqun.Core.Sheets;
using Jiqun.Documents.Word;
using Jiqun.Samples;

namespace Jiqun.Tests.Checks;

/// <summary>A form in which nothing is to be found, and ways to plant something in it.</summary>
static class Given
{
    internal static readonly DateOnly Today = new(2021, 10, 8);
    internal static readonly Form Form = FormLibrary.Builtin.Default;

    /// <summary>Another form, to prove that no code knows the first.</summary>
    internal static readonly Form Second = FormReader.Read("second.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Forms", "second.yaml")));

    internal static readonly FormLibrary Forms = new([Form, Second]);

    /// <summary>Ids of both forms.</summary>
    public static TheoryData<string> Both => [.. Forms.Ids];

    internal static Dictionary<string, string> Clean(params (string Field, string? Written)[] changes)
    {
        Dictionary<string, string> answers = new()
        {
            ["cluster.name"] = "湖南省株洲市轨道交通装备集群",
            ["cluster.industry"] = "铁路、船舶、航空航天和其他运输设备制造业（37）",
            ["cluster.area"] = "湖南省株洲市全域",
            ["government.name"] = "株洲市人民政府",
            ["government.head"] = "王五",
            ["government.headTitle"] = "市长",
            ["government.address"] = "株洲市天元区神农城1号",
            ["government.postcode"] = "412000",
            ["government.contact"] = "李四",
            ["government.contactDepartment"] = "市工业和信息化局",
            ["government.contactTitle"] = "科长",
            ["government.phone"] = "0731-22345678",
            ["government.mobile"] = "13800138000",
            ["government.fax"] = "0731-22345679",
            ["government.email"] = "gxj@example.gov.cn",
            ["promoter.name"] = "株洲市轨道交通装备产业集群促进中心",
            ["promoter.head"] = "赵六",
            ["promoter.headTitle"] = "理事长",
            ["promoter.contact"] = "钱七",
            ["promoter.mobile"] = "13900139000",
            ["promoter.fax"] = "0731-22345681",
            ["promoter.phone"] = "0731-22345680",
            ["promoter.email"] = "office@example.gov.cn",
            ["promoter.address"] = "株洲市石峰区田心大道8号",
            ["promoter.postcode"] = "412001",
            ["opinion.text"] = "同意推荐。",
            ["opinion.date"] = "2021-09-30",
            ["overview.narrative"] = "集群产业基础扎实，协作紧密。",
            ["indicators.output"] = "1507",
            ["indicators.outputShare"] = "20",
            ["indicators.rdIntensity"] = "3.5",
            ["indicators.newPatents"] = "1800",
            ["indicators.employmentShare"] = "12",
            ["indicators.foreignCapital"] = "60",
            ["indicators.enterprises"] = "425",
            ["indicators.aboveScale"] = "273",
            ["indicators.champions"] = "3",
            ["indicators.highTech"] = "126",
            ["indicators.littleGiants"] = "11",
            ["indicators.innovationCarriers"] = "8",
            ["indicators.standards"] = "62",
            ["indicators.servicePlatforms"] = "18",
            ["indicators.listed"] = "12",
            ["organisation.name"] = "株洲市轨道交通装备产业集群促进中心",
            ["organisation.legalType"] = "社会团体",
            ["organisation.founded"] = "2018-05",
            ["organisation.operation"] = "由龙头企业和高校共同组建。",
            ["organisation.functions"] = "促进交流合作。",
            ["organisation.work"] = "举办了行业对接活动。",
        };
        foreach (var (field, written) in changes)
        {
            if (written is null)
                answers.Remove(field);
            else
                answers[field] = written;
        }
        return answers;
    }

    /// <summary>The clean form with these changes, written as a Word file and read again; null empties a field.</summary>
    internal static FilledForm Read(params (string Field, string? Written)[] changes) => Read(Habits.None, changes);

    internal static FilledForm Read(Habits habits, params (string Field, string? Written)[] changes)
    {
        var outcome = new WordReader(Form).Read(new MemoryStream(new SampleWriter(Form).Write(Clean(changes), habits).Docx), Today);
        Assert.False(outcome.Refused);
        return outcome.Value;
    }

    /// <summary>The answers as they are read, without a document.</summary>
    internal static FormAnswers Answers(params (string Field, string? Written)[] changes) => Answers(Form, Clean(changes));

    internal static FormAnswers Answers(Form form, Dictionary<string, string> written) => FormAnswers.Of(
        from answer in written
        let value = Reading.Of(form[answer.Key], answer.Value).Value
        where value is not null
        select (answer.Key, value));

    internal static IReadOnlyList<Finding> Checked(params (string Field, string? Written)[] changes) => EntryCheck.Run(Form, Answers(changes), Stage.Submission, Today);

    /// <summary>What is made in the language, with the earlier one put back.</summary>
    internal static T In<T>(string culture, Func<T> make)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return make();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
